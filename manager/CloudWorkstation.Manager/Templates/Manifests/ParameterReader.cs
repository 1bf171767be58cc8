using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Templates.Manifests;

/// <summary>Reads the list <c>parameters</c>.</summary>
internal static partial class ParameterReader
{
    private static readonly string[] Reserved = ["desktop", "power", "vnc_password"];

    public static IReadOnlyList<TemplateParameter> Read(IReadOnlyList<YamlNode> nodes, ManifestProblems problems)
    {
        List<TemplateParameter> parameters = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (var index = 0; index < nodes.Count; index++)
        {
            if (YamlMapping.Of(nodes[index], $"parameters[{index}]", problems) is not { } mapping)
                continue;
            var parameter = Read(mapping);
            if (!names.Add(parameter.Name))
                mapping.Complain("name", $"is '{parameter.Name}' a second time", "give each parameter its own name");
            parameters.Add(parameter);
            mapping.RefuseUnknown();
        }

        return parameters;
    }

    private static TemplateParameter Read(YamlMapping mapping)
    {
        var type = Type(mapping);
        var parameter = new TemplateParameter
        {
            Name = Name(mapping),
            Type = type,
            Title = mapping.RequiredText("title") ?? "",
            Description = mapping.Text("description"),
            Options = [.. mapping.List("options").Select(option => Value(mapping, "options", option, type)).OfType<JsonElement>()],
            Default = mapping.Find("default") is { } value ? Value(mapping, "default", value, type) : null,
            Minimum = mapping.Number("minimum"),
            Maximum = mapping.Number("maximum"),
            MaximumLength = mapping.WholeNumber("maximum_length", 1, 10_000),
            Pattern = Pattern(mapping),
            Mutable = mapping.Flag("mutable"),
            HourlyCost = HourlyCost(mapping),
        };
        ParameterRules.Check(mapping, parameter);
        return parameter;
    }

    private static string Name(YamlMapping mapping)
    {
        var name = mapping.RequiredText("name") ?? "";
        if (Reserved.Contains(name, StringComparer.Ordinal))
            mapping.Complain("name", $"is '{name}', which the manager gives every template itself", "choose another name");
        else if (name.Length > 0 && !NamePattern().IsMatch(name))
            mapping.Complain("name", $"is '{name}'", "write 1 to 40 characters of a-z, 0-9 and _, a letter first");
        return name;
    }

    private static ParameterType Type(YamlMapping mapping)
    {
        mapping.RequiredText("type");
        return mapping.OneOf("type", "string", "number", "boolean") switch
        {
            "number" => ParameterType.Number,
            "boolean" => ParameterType.Boolean,
            _ => ParameterType.String,
        };
    }

    private static JsonElement? Value(YamlMapping mapping, string key, YamlNode node, ParameterType type)
    {
        var text = (node as YamlScalarNode)?.Value;
        switch (type)
        {
            case ParameterType.String when text is not null:
                return JsonSerializer.SerializeToElement(text);
            case ParameterType.Number when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                return JsonSerializer.SerializeToElement(number);
            case ParameterType.Boolean when text is "true" or "false":
                return JsonSerializer.SerializeToElement(text == "true");
            default:
                mapping.Complain(key, $"has '{node}', which is no {type.ToString().ToLowerInvariant()}", "write a value of the parameter's type");
                return null;
        }
    }

    private static string? Pattern(YamlMapping mapping)
    {
        if (mapping.Text("pattern") is not { } pattern)
            return null;
        try
        {
            _ = ParameterPattern.Compile(pattern);
            return pattern;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            mapping.Complain("pattern", $"cannot be used: {exception.Message.TrimEnd('.')}", "write a regular expression without look-around and back-references");
            return null;
        }
    }

    private static Dictionary<string, decimal> HourlyCost(YamlMapping mapping)
    {
        Dictionary<string, decimal> costs = new(StringComparer.Ordinal);
        if (mapping.Mapping("hourly_cost") is not { } prices)
            return costs;
        foreach (var (option, _) in prices.Entries())
        {
            if (prices.Number(option) is { } cost and >= 0)
                costs[option] = cost;
            else
                prices.Complain(option, "is no price", "write US dollars an hour, 0 or more");
        }

        return costs;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();
}
