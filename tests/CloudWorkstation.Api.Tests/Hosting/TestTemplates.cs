namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>Two templates that load, one that does not.</summary>
internal static class TestTemplates
{
    private const string Variables = """
        variable "desktop" { type = object({ id = string, name = string, owner = string, environment = string, directory = string }) }
        variable "power" { type = string }
        variable "vnc_password" {
          type      = string
          ephemeral = true
          sensitive = true
        }
        variable "geometry" { type = string }
        variable "cores" { type = number }
        """;

    private const string Outputs = """
        output "connection" { value = { host = "127.0.0.1", port = 5900 } }
        """;

    public static void Write(string directory)
    {
        Write(directory, "plain", "perUser");
        Write(directory, "single", "1");
        Directory.CreateDirectory(Path.Combine(directory, "broken"));
        File.WriteAllText(Path.Combine(directory, "broken", "template.yaml"), "name: broken\ntitle: [");
    }

    private static void Write(string directory, string name, string quota)
    {
        var path = Path.Combine(directory, name);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "variables.tf"), Variables);
        File.WriteAllText(Path.Combine(path, "outputs.tf"), Outputs);
        File.WriteAllText(Path.Combine(path, "template.yaml"), $"""
            name: {name}
            title: A {name} desktop
            description: For tests.
            icon: desktop
            protocol: vnc
            parameters:
              - name: geometry
                type: string
                title: Screen size
                options: [1280x720, 1920x1080]
                default: 1280x720
                mutable: true
              - name: cores
                type: number
                title: Cores
                minimum: 1
                maximum: 8
                default: 2
            session:
              clipboard: both
              files: both
            quota:
              per_user: {(quota == "perUser" ? "50" : quota)}
            """);
    }
}
