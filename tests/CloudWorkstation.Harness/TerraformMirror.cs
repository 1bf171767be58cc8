namespace CloudWorkstation.Harness;

/// <summary>
/// The provider binaries of this machine, found as <c>terraform/mirror.sh</c> finds them, and the CLI configuration that makes Terraform
/// take them instead of asking a registry.
/// </summary>
public static class TerraformMirror
{
    private static readonly Lazy<string?> Found = new(Find);

    /// <value>The mirror's directory; null when this machine has none: Terraform then downloads.</value>
    public static string? Directory => Found.Value;

    /// <value>For a process of the product: the setting that names the mirror; empty when there is none.</value>
    public static IReadOnlyDictionary<string, string> Settings =>
        Directory is { } mirror ? new Dictionary<string, string> { ["CWS_TERRAFORM__MIRROR"] = mirror } : [];

    /// <summary>For Terraform itself: writes a CLI configuration below <paramref name="directory"/> and returns the variables that name it.</summary>
    public static IReadOnlyDictionary<string, string> Environment(string directory)
    {
        var file = Path.Combine(directory, "terraform-cli.tfrc");
        File.WriteAllText(file, Configuration());
        return new Dictionary<string, string> { ["TF_CLI_CONFIG_FILE"] = file, ["CHECKPOINT_DISABLE"] = "1", ["TF_IN_AUTOMATION"] = "1" };
    }

    // A provider that the mirror has is kept from the registry: Terraform would ask both, and fail when one cannot be reached.
    private static string Configuration()
    {
        if (Directory is not { } mirror)
            return "";
        var held = string.Join(", ", Below(mirror).SelectMany(Below).SelectMany(Below).Select(path => $"\"{Path.GetRelativePath(mirror, path)}\""));
        return $$"""
            provider_installation {
              filesystem_mirror {
                path    = "{{mirror}}"
                include = [{{held}}]
              }
              direct {
                exclude = [{{held}}]
              }
            }

            """;
    }

    private static string? Find()
    {
        IEnumerable<string?> places =
        [
            System.Environment.GetEnvironmentVariable("CWS_TERRAFORM__MIRROR"),
            System.Environment.GetEnvironmentVariable("TF_PLUGIN_MIRROR"),
            Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".terraform.d/plugins"),
            "/usr/share/terraform/plugins",
            "/usr/local/share/terraform/plugins",
            .. System.IO.Directory.Exists("/opt") ? Below("/opt") : [],
        ];
        return places.FirstOrDefault(place => place is { Length: > 0 } && System.IO.Directory.Exists(Path.Combine(place, "registry.terraform.io")));
    }

    private static IEnumerable<string> Below(string path) => System.IO.Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal);
}
