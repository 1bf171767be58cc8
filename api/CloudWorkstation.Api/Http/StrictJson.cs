using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;

namespace CloudWorkstation.Api.Http;

/// <summary>Parses a JSON object into a record and names everything that is wrong with it.</summary>
public static class StrictJson
{
    private const int MaximumDepth = 16;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaximumDepth };

    private static readonly JsonSerializerOptions Serializer = ApiJson.Options;

    /// <exception cref="ProblemException">Always carries the problem to answer with.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> utf8)
        where T : class
    {
        using var document = Parse(utf8);
        var root = document.RootElement;
        JsonShape.RefuseRepeatedAndBrokenText(root);
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ProblemException(HttpProblem.From(Problem.Invalid(new FieldError("", $"The body must be an object, not {JsonShape.Name(root)}."))));
        }

        var errors = Check(root, Serializer.GetTypeInfo(typeof(T)));
        return errors.Count == 0
            ? root.Deserialize<T>(Serializer)!
            : throw new ProblemException(HttpProblem.From(Problem.Invalid(errors)));
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            throw new ProblemException(HttpProblem.Of("malformed_json", "The body is empty; a JSON object is expected."));
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw new ProblemException(HttpProblem.Of("malformed_json", "The body is not valid UTF-8."));
        }

        try
        {
            return JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException e)
        {
            throw new ProblemException(HttpProblem.Of("malformed_json", Explain(utf8.Span, e)));
        }
    }

    private static string Explain(ReadOnlySpan<byte> utf8, JsonException e)
    {
        var line = (int)(e.LineNumber ?? 0);
        var column = (int)(e.BytePositionInLine ?? 0);
        var text = Encoding.UTF8.GetString(utf8);
        return text.Contains('\0', StringComparison.Ordinal)
            ? "The body holds a NUL character."
            : $"The body stops being JSON at line {line + 1}, byte {column + 1} (nesting deeper than {MaximumDepth} is refused as well).";
    }

    private static List<FieldError> Check(JsonElement root, JsonTypeInfo type)
    {
        var known = type.Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var errors = new List<FieldError>();
        foreach (var member in root.EnumerateObject())
        {
            if (known.Remove(member.Name, out var property))
            {
                CheckMember(member, property, errors);
            }
            else
            {
                errors.Add(new FieldError(Shorten(member.Name), $"There is no member '{Shorten(member.Name)}' here; known are {string.Join(", ", type.Properties.Select(p => p.Name))}."));
            }
        }

        errors.AddRange(known.Values.Where(p => p.IsRequired).Select(p => new FieldError(p.Name, $"'{p.Name}' is required.")));
        return errors;
    }

    private static void CheckMember(JsonProperty member, JsonPropertyInfo property, List<FieldError> errors)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            if (property.IsRequired || !property.IsSetNullable)
            {
                errors.Add(new FieldError(member.Name, $"'{member.Name}' must be {JsonShape.Expected(property.PropertyType)}, not null."));
            }

            return;
        }

        try
        {
            member.Value.Deserialize(property.PropertyType, Serializer);
        }
        catch (JsonException e)
        {
            var inner = e.Path is { Length: > 1 } path ? path[1..] : "";
            errors.Add(new FieldError(member.Name + inner, inner.Length > 0
                ? $"'{member.Name}{inner}' is not known here, or not of the right kind."
                : $"'{member.Name}' must be {JsonShape.Expected(property.PropertyType)}; this is {JsonShape.Name(member.Value)}."));
        }
    }

    private static string Shorten(string name) => name.Length <= 60 ? name : name[..60] + "…";
}
