using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudWorkstation.Manager.Tests.Templates;

/// <summary>A templates directory that a test fills.</summary>
internal sealed class TemplateFiles : IDisposable
{
    public const string Manifest = """
        name: demo
        title: Demo
        protocol: vnc
        parameters:
          - {name: size, type: string, title: Size, options: [small, large], default: small, mutable: true, hourly_cost: {small: 0.04, large: 0.16}}
        """;

    public const string Module = """
        variable "desktop" { type = object({ id = string }) }
        variable "power" { type = string }
        variable "vnc_password" {
          type      = string
          ephemeral = true
        }
        variable "size" { type = string }
        resource "terraform_data" "disk" {}
        output "connection" { value = { host = "127.0.0.1", port = 5901 } }
        """;

    private readonly TemporaryDirectory root = new();

    public TemplateFiles() => Directory.CreateDirectory(Templates);

    public string Root => root.Path;

    public string Templates => root.File("terraform/templates");

    public DataPaths Data => new(root.File("data"));

    public string Write(string path, string content)
    {
        var file = Path.Combine(Templates, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    public TemplateFiles WithDemo(string manifest = Manifest, string module = Module)
    {
        Write("demo/template.yaml", manifest);
        Write("demo/main.tf", module);
        return this;
    }

    public TemplateCatalogue Catalogue(PlatformFacts? platform = null) => new(Templates, Data, TimeProvider.System, NullLogger<TemplateCatalogue>.Instance, platform);

    public void Dispose() => root.Dispose();
}
