using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Templates.Manifests;

/// <summary>
/// Reads one YAML mapping key by key and complains, with line and key, about all that is not as it should be: wrong sorts of values where
/// they are read, and unknown keys once everything has been read.
/// </summary>
internal sealed class YamlMapping(YamlMappingNode node, string path, ManifestProblems problems)
{
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    public YamlNode? Find(string key)
    {
        read.Add(key);
        return node.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: var name } && name == key).Value;
    }

    public string? RequiredText(string key)
    {
        if (Find(key) is null)
            problems.Add(node, Path(key), "is missing", "add it");
        return Text(key);
    }

    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode { Value: { } value }:
                return value;
            case var other:
                problems.Add(other, Path(key), "must be a text", "write one value");
                return null;
        }
    }

    public decimal? Number(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return value;
        Complain(key, $"is '{text}', which is no number", "write a number");
        return null;
    }

    public int? WholeNumber(string key, int minimum, int maximum)
    {
        if (Number(key) is not { } value)
            return null;
        if (value == decimal.Truncate(value) && value >= minimum && value <= maximum)
            return (int)value;
        Complain(key, $"is {value}", $"write a whole number from {minimum} to {maximum}");
        return null;
    }

    public bool Flag(string key)
    {
        if (Text(key) is not { } text)
            return false;
        if (text is not ("true" or "false"))
            Complain(key, $"is '{text}'", "write true or false");
        return text == "true";
    }

    public string? OneOf(string key, params IReadOnlyList<string> allowed)
    {
        if (Text(key) is not { } text || allowed.Contains(text, StringComparer.Ordinal))
            return Text(key);
        Complain(key, $"is '{text}'", $"write one of {string.Join(", ", allowed)}");
        return null;
    }

    public IReadOnlyList<YamlNode> List(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlSequenceNode sequence:
                return [.. sequence.Children];
            case var other:
                problems.Add(other, Path(key), "must be a list", "write - entries or [a, b]");
                return [];
        }
    }

    public YamlMapping? Mapping(string key) => Find(key) is { } value ? Of(value, Path(key), problems) : null;

    public IEnumerable<(string Key, YamlNode Value)> Entries()
    {
        foreach (var (key, value) in node.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
            {
                read.Add(name);
                yield return (name, value);
            }
        }
    }

    /// <summary>Null, with a problem, when the value is no mapping.</summary>
    public static YamlMapping? Of(YamlNode value, string path, ManifestProblems problems)
    {
        if (value is YamlMappingNode mapping)
            return new(mapping, path, problems);
        problems.Add(value, path, "must be a mapping", "write key: value lines");
        return null;
    }

    public void RefuseUnknown()
    {
        foreach (var (key, _) in node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!read.Contains(name))
                problems.Add(key, Path(name), "is not known", $"remove it, or write one of {string.Join(", ", read.Order(StringComparer.Ordinal))}");
        }
    }

    public void Complain(string key, string what, string fix) => problems.Add(Find(key) ?? node, Path(key), what, fix);

    private string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";
}

/// <summary>Everything that is wrong with one template.yaml.</summary>
internal sealed class ManifestProblems
{
    public const string FileName = "template.yaml";

    private readonly List<string> list = [];

    public IReadOnlyList<string> List => list;

    public void Add(YamlNode at, string key, string what, string fix) => list.Add($"{FileName}:{at.Start.Line}: {key} {what}; {fix}.");

    public void Add(string text) => list.Add(text);
}
