using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.Manager.Templates;

/// <summary>
/// What the installation gives to every template that declares a variable <c>platform</c>: networks, roles, names. The setting <c>CWS_PLATFORM</c>
/// is the JSON object itself, or <c>@</c> and the path of a file that holds it. Not for secrets: templates may write it to their state.
/// </summary>
public sealed class PlatformFacts
{
    public const string Setting = "CWS_PLATFORM";

    private readonly JsonObject? facts;

    private PlatformFacts(JsonObject? facts) => this.facts = facts;

    /// <value>An installation that gives nothing.</value>
    public static PlatformFacts None { get; } = new(null);

    /// <value>Whether the installation has a platform at all.</value>
    public bool Exist => facts is not null;

    /// <summary>A copy that the caller may put into a document of its own; null when there are none.</summary>
    public JsonObject? Copy() => facts?.DeepClone().AsObject();

    /// <exception cref="InvalidOperationException">The setting cannot be read; the message names it.</exception>
    public static PlatformFacts Read(IConfiguration configuration)
    {
        var value = configuration["Platform"]?.Trim();
        if (string.IsNullOrEmpty(value))
            return None;
        var source = Setting;
        if (value[0] == '@')
        {
            source = $"{Setting}, the file {value[1..]},";
            value = ReadFile(value[1..]);
        }

        return Parse(value, source);
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{Setting} names the file '{path}', which cannot be read: {exception.Message}", exception);
        }
    }

    private static PlatformFacts Parse(string json, string source)
    {
        try
        {
            var node = JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false });
            return node is JsonObject facts
                ? new(facts)
                : throw new InvalidOperationException($"{source} must be a JSON object, as the output `platform` of infra/aws is.");
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException(
                $"{source} is not JSON (line {exception.LineNumber + 1}). Give the object itself, or @ and the path of a file that holds it.", exception);
        }
    }
}
