using System.Text.Json;

namespace CloudWorkstation.Manager.Templates.Manifests;

/// <summary>What the members of one parameter must be to each other.</summary>
internal static class ParameterRules
{
    public static void Check(YamlMapping mapping, TemplateParameter parameter)
    {
        Only(mapping, parameter, ParameterType.Number, "minimum", parameter.Minimum is not null);
        Only(mapping, parameter, ParameterType.Number, "maximum", parameter.Maximum is not null);
        Only(mapping, parameter, ParameterType.String, "maximum_length", parameter.MaximumLength is not null);
        Only(mapping, parameter, ParameterType.String, "pattern", parameter.Pattern is not null);
        if (parameter.Minimum > parameter.Maximum)
            mapping.Complain("minimum", $"is {parameter.Minimum}, above the maximum {parameter.Maximum}", "make it the smaller one");
        CheckOptions(mapping, parameter);
        if (parameter.Default is { } value && ParameterCheck.Problem(parameter, value) is { } problem)
            mapping.Complain("default", $"does not obey the parameter's own rules: {problem}", "choose a value that a person could choose");
    }

    private static void Only(YamlMapping mapping, TemplateParameter parameter, ParameterType type, string key, bool present)
    {
        if (present && parameter.Type != type)
            mapping.Complain(key, $"is for type {type.ToString().ToLowerInvariant()} only", "remove it");
    }

    private static void CheckOptions(YamlMapping mapping, TemplateParameter parameter)
    {
        var texts = parameter.Options.Select(Text).ToList();
        if (texts.Distinct(StringComparer.Ordinal).Count() != texts.Count)
            mapping.Complain("options", "has a value twice", "remove one of them");
        foreach (var priced in parameter.HourlyCost.Keys.Where(priced => !texts.Contains(priced, StringComparer.Ordinal)))
            mapping.Complain("hourly_cost", $"has '{priced}', which is no option", "use the options as keys");
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
