using System.Text.Json;

namespace CloudWorkstation.Manager.Templates;

/// <summary>One value against one parameter's rules.</summary>
internal static class ParameterCheck
{
    // Where a template sets no limit of its own; a parameter is a word or a sentence, not a file.
    private const int DefaultMaximumLength = 1_000;

    /// <summary>Null when the value is good; else limit, actual value and fix in one sentence.</summary>
    public static string? Problem(TemplateParameter parameter, JsonElement value) => parameter.Type switch
    {
        ParameterType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : WrongType("true or false", value),
        ParameterType.Number => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
            ? Number(parameter, number)
            : WrongType("a number", value),
        _ => value.ValueKind == JsonValueKind.String ? Text(parameter, value.GetString()!) : WrongType("a text", value),
    };

    public static bool Same(JsonElement one, JsonElement other)
    {
        if (one.ValueKind != other.ValueKind)
            return false;
        return one.ValueKind switch
        {
            JsonValueKind.Number when one.TryGetDecimal(out var left) && other.TryGetDecimal(out var right) => left == right,
            JsonValueKind.String => one.GetString() == other.GetString(),
            _ => one.GetRawText() == other.GetRawText(),
        };
    }

    private static string? Number(TemplateParameter parameter, decimal value)
    {
        if (parameter.Options.Count > 0)
            return parameter.Options.Any(option => option.GetDecimal() == value) ? null : NoOption(parameter, value.ToString());
        if (value < parameter.Minimum)
            return $"{value} is below the minimum {parameter.Minimum}.";
        return value > parameter.Maximum ? $"{value} is above the maximum {parameter.Maximum}." : null;
    }

    private static string? Text(TemplateParameter parameter, string value)
    {
        if (parameter.Options.Count > 0)
            return parameter.Options.Any(option => option.GetString() == value) ? null : NoOption(parameter, value);
        var maximum = parameter.MaximumLength ?? DefaultMaximumLength;
        if (value.Length > maximum)
            return $"The text has {value.Length} characters; at most {maximum} are allowed.";
        if (value.Any(char.IsControl))
            return "Control characters are not allowed.";
        return parameter.Pattern is null || ParameterPattern.Compile(parameter.Pattern).IsMatch(value) ? null : $"The text must match {parameter.Pattern}.";
    }

    private static string NoOption(TemplateParameter parameter, string value)
    {
        const int shown = 60;
        var options = string.Join(", ", parameter.Options.Select(option => option.ValueKind == JsonValueKind.String ? option.GetString() : option.GetRawText()));
        return $"'{(value.Length > shown ? value[..shown] + "…" : value)}' is not one of {options}.";
    }

    private static string WrongType(string expected, JsonElement value) => $"A {Kind(value)} was given; {expected} is needed.";

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        JsonValueKind.Array => "list",
        _ => "object",
    };
}
