using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>JSON as YAML that people like to read: one line for each value, lists of words in brackets, quotes only where they are needed.</summary>
internal static partial class YamlWriter
{
    private const int Widest = 100;

    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "null", "yes", "no", "on", "off", "y", "n" };

    public static string Write(JsonObject root)
    {
        var text = new StringBuilder();
        Members(root, 0, text);
        return text.ToString();
    }

    private static void Members(JsonObject members, int indent, StringBuilder text, bool first = false)
    {
        foreach (var (name, value) in members)
        {
            text.Append(' ', first ? 0 : indent).Append(Scalar(JsonValue.Create(name)!)).Append(':');
            first = false;
            Value(value, indent, text);
        }
    }

    private static void Value(JsonNode? value, int indent, StringBuilder text)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } members when Flow(members) is { } line:
                text.Append(' ').Append(line).Append('\n');
                break;
            case JsonObject { Count: > 0 } members:
                text.Append('\n');
                Members(members, indent + 2, text);
                break;
            case JsonArray { Count: > 0 } items when Flow(items, indent) is { } line:
                text.Append(' ').Append(line).Append('\n');
                break;
            case JsonArray { Count: > 0 } items:
                text.Append('\n');
                foreach (var item in items)
                {
                    Item(item, indent + 2, text);
                }

                break;
            default:
                text.Append(' ').Append(value switch { JsonObject => "{}", JsonArray => "[]", _ => Scalar(value) }).Append('\n');
                break;
        }
    }

    private static void Item(JsonNode? item, int indent, StringBuilder text)
    {
        text.Append(' ', indent).Append("- ");
        if (item is JsonObject { Count: > 0 } members)
        {
            Members(members, indent + 2, text, first: true);
        }
        else
        {
            text.Append(item switch { JsonArray or JsonObject => item.ToJsonString(Quoting), _ => Scalar(item) }).Append('\n');
        }
    }

    private static string? Flow(JsonObject members) => members is { Count: 1 } && members["set"] is JsonValue set ? $"{{set: {Scalar(set)}}}" : null;

    private static string? Flow(JsonArray items, int indent)
    {
        if (items.Any(i => i is JsonObject or JsonArray))
        {
            return null;
        }

        var line = "[" + string.Join(", ", items.Select(Scalar)) + "]";
        return line.Length + indent <= Widest ? line : null;
    }

    private static string Scalar(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => Quoted(text.GetValue<string>()),
        _ => value.ToJsonString(Quoting).ToString(CultureInfo.InvariantCulture),
    };

    private static string Quoted(string text) => Bare().IsMatch(text) && !Reserved.Contains(text) ? text : JsonSerializer.Serialize(text, Quoting);

    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./@+-]*( [A-Za-z0-9_./@+-]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bare();
}
