using System.Collections;
using System.Text.Json;
using CloudWorkstation.Api.Problems;

namespace CloudWorkstation.Api.Http;

/// <summary>Words for JSON values and .NET types, and the checks a parser leaves to its caller.</summary>
internal static class JsonShape
{
    public static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    public static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) => "a text",
            _ when plain == typeof(bool) => "true or false",
            _ when plain.IsEnum => "one of " + string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when plain == typeof(DateTimeOffset) => "an RFC 3339 time",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain.IsPrimitive || plain == typeof(decimal) => "a number",
            _ when typeof(IDictionary).IsAssignableFrom(plain) || plain.Name.Contains("Dictionary", StringComparison.Ordinal) => "an object",
            _ when typeof(IEnumerable).IsAssignableFrom(plain) => "a list of texts",
            _ => "an object",
        };
    }

    /// <summary>Two members of one name mean different things to different readers; half a surrogate pair is no text.</summary>
    public static void RefuseRepeatedAndBrokenText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(element);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    RefuseRepeatedAndBrokenText(item);
                }

                break;
            case JsonValueKind.String:
                _ = TextOf(element.GetString);
                break;
            default:
                break;
        }
    }

    private static void CheckObject(JsonElement element)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var name = TextOf(() => member.Name);
            if (!seen.Add(name!))
            {
                throw new ProblemException(HttpProblem.Of("malformed_json", $"The member '{(name!.Length <= 60 ? name : name[..60] + "…")}' appears twice; say it once."));
            }

            RefuseRepeatedAndBrokenText(member.Value);
        }
    }

    private static string? TextOf(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(HttpProblem.Of("malformed_json", "A text holds half of a surrogate pair (\\uD800 to \\uDFFF must come in pairs)."));
        }
    }
}
