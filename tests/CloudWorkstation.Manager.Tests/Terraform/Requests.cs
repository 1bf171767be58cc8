using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Tests.Terraform;

internal static class Requests
{
    public static TerraformRequest Empty() => new()
    {
        WorkspaceDirectory = "/w",
        ModuleDirectory = "/m",
        ModuleVersion = "1",
        Backend = new("local", []),
        Variables = [],
    };

    /// <summary>A request in <paramref name="directory"/> for a module with one file.</summary>
    public static TerraformRequest In(string directory, string module = "terraform {\n}\n")
    {
        var source = Path.Combine(directory, "module");
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "main.tf"), module);
        return new()
        {
            WorkspaceDirectory = Path.Combine(directory, "workspace"),
            ModuleDirectory = source,
            ModuleVersion = "1",
            Backend = new("local", new JsonObject { ["path"] = Path.Combine(directory, "state", "terraform.tfstate") }),
            Variables = [],
        };
    }
}
