using System.Text;
using System.Text.Json;

namespace CloudWorkstation.Manager.Terraform.Providers;

/// <summary>
/// A directory of provider binaries that all workspaces share, laid out as Terraform's filesystem mirrors are:
/// <c>HOST/NAMESPACE/TYPE/VERSION/PLATFORM/</c>. Unpacked, Terraform links to them instead of copying.
/// </summary>
internal sealed class ProviderMirror(string directory)
{
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>
    /// What is in the mirror comes from it, everything else from its registry. Both are named: a provider that two sources may have is
    /// asked of both, and Terraform fails when one of them cannot be reached.
    /// </summary>
    public string CliConfiguration()
    {
        var providers = string.Join(", ", Providers().Select(Quoted));
        return new StringBuilder()
            .Append("provider_installation {\n")
            .Append("  filesystem_mirror {\n    path    = ").Append(Quoted(Directory)).Append("\n    include = [").Append(providers).Append("]\n  }\n")
            .Append("  direct {\n    exclude = [").Append(providers).Append("]\n  }\n}\n")
            .ToString();
    }

    /// <summary>Names such as <c>registry.terraform.io/hashicorp/aws</c>.</summary>
    public IReadOnlyList<string> Providers() =>
    [
        .. Below(Directory).SelectMany(Below).SelectMany(Below).Select(provider => Path.GetRelativePath(Directory, provider)).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Below(string path) => System.IO.Directory.EnumerateDirectories(path);

    // HCL's strings are JSON's, apart from its templates.
    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text).ToString().Replace("${", "$${", StringComparison.Ordinal).Replace("%{", "%%{", StringComparison.Ordinal)}\"";
}
