using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Aws;

/// <summary>Where in AWS this installation builds: what its platform says.</summary>
internal sealed class AwsPlace(PlatformFacts platform)
{
    private readonly JsonObject? facts = platform.Copy();

    /// <value>Null for an installation that has none.</value>
    public string? Region => Text("region");

    public string? Cluster => Text("cluster");

    public string? SecretPrefix => Text("secret_prefix")?.TrimEnd('/');

    private string? Text(string name) => facts?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
