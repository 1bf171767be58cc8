using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using CloudWorkstation.Manager.Settings;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>
/// Reads a tree of YAML as a .NET type says: every unknown, missing and mistyped member is a problem with its line. The result is JSON that the type
/// can be made of when no problem was found.
/// </summary>
internal sealed class ShapeReader(ConfigurationProblems problems, ISecretSources secrets)
{
    public static JsonSerializerOptions Json { get; } = Options();

    public JsonNode? Read(YamlNode node, Type type, string path)
    {
        problems.Note(path, node.Start);
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (IsNull(node))
        {
            if (plain.IsValueType && plain == type)
            {
                Complain(node, path, $"must be {Expected(plain)}, and is empty. Leave it out for its default.");
            }

            return null;
        }

        if (plain == typeof(Secret))
        {
            return ReadSecret(node, path);
        }

        var info = Json.GetTypeInfo(plain);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => ReadObject(node, info, path),
            JsonTypeInfoKind.Enumerable => ReadList(node, info.ElementType ?? typeof(string), path),
            JsonTypeInfoKind.Dictionary => ReadDictionary(node, info.ElementType ?? typeof(string), path),
            _ => ReadScalar(node, plain, path),
        };
    }

    /// <summary>The members of a mapping that is no type's own.</summary>
    public IEnumerable<(string Name, YamlNode Key, YamlNode Value)> Members(YamlNode node, string path)
    {
        if (node is not YamlMappingNode mapping)
        {
            Complain(node, path, "must have members, `name: value`.");
            yield break;
        }

        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
            {
                yield return (name, key, value);
            }
            else
            {
                Complain(key, path, "has a key that is no text.");
            }
        }
    }

    public void Unknown(YamlNode key, string path, IEnumerable<string> known) => Complain(key, path, $"is not known here. Known: {string.Join(", ", known)}.");

    private JsonObject ReadObject(YamlNode node, JsonTypeInfo info, string path)
    {
        var known = info.Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var missing = info.Properties.Where(p => p.IsRequired).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var result = new JsonObject();
        foreach (var (name, key, value) in Members(node, path))
        {
            var at = ConfigurationProblems.Join(path, name);
            missing.Remove(name);
            if (!known.TryGetValue(name, out var property))
            {
                Unknown(key, at, known.Keys);
            }
            else
            {
                result[name] = Read(value, property.PropertyType, at);
                RefuseEmpty(value, property, at);
            }
        }

        foreach (var name in node is YamlMappingNode ? missing : [])
        {
            Complain(node, ConfigurationProblems.Join(path, name), "is missing.");
        }

        return result;
    }

    private void RefuseEmpty(YamlNode value, JsonPropertyInfo property, string path)
    {
        if (IsNull(value) && !property.PropertyType.IsValueType && !property.IsSetNullable)
        {
            Complain(value, path, $"must be {Expected(property.PropertyType)}, and is empty. Leave it out for its default.");
        }
    }

    private JsonArray ReadList(YamlNode node, Type element, string path)
    {
        if (node is not YamlSequenceNode list)
        {
            Complain(node, path, "must be a list: `- …` lines, or `[a, b]`.");
            return [];
        }

        return [.. list.Children.Select((item, index) => Read(item, element, $"{path}[{index}]"))];
    }

    private JsonObject ReadDictionary(YamlNode node, Type element, string path) =>
        new(Members(node, path).Select(m => KeyValuePair.Create(m.Name, Read(m.Value, element, ConfigurationProblems.Join(path, m.Name)))).ToList());

    private JsonNode? ReadSecret(YamlNode node, string path)
    {
        if (path.EndsWith(".passwordFile", StringComparison.Ordinal) && node is YamlScalarNode { Value: { } file })
        {
            return Found(node, path, "fromFile", file);
        }

        if (node is YamlMappingNode { Children: { Count: 1 } members } && members.First() is { Key: YamlScalarNode { Value: { } how }, Value: YamlScalarNode { Value: { } argument } })
        {
            switch (how)
            {
                case "set" when argument == "true":
                    return secrets.AssumesKept ? JsonValue.Create("assumed-secret-1") : new JsonObject { ["set"] = true };
                case "fromFile" or "fromEnv" or "value":
                    return Found(node, path, how, argument);
                default:
                    break;
            }
        }

        Complain(node, path, "is a secret. Write {fromFile: PATH}, {fromEnv: NAME}, or {set: true} to keep the one that is set.");
        return null;
    }

    private JsonValue? Found(YamlNode node, string path, string how, string argument)
    {
        var (text, refusal) = secrets.Find(how, argument);
        if (refusal is not null)
        {
            Complain(node, path, refusal);
        }

        return text is null ? null : JsonValue.Create(text);
    }

    private JsonValue? ReadScalar(YamlNode node, Type type, string path)
    {
        if (node is YamlScalarNode { Value: { } text } scalar && Value(scalar, text, type) is { } value)
        {
            return value;
        }

        var instead = node is YamlScalarNode { Value: { } shown } ? $"; this is '{(shown.Length <= 60 ? shown : shown[..60] + "…")}'" : "";
        Complain(node, path, $"must be {Expected(type)}{instead}.");
        return null;
    }

    private static JsonValue? Value(YamlScalarNode scalar, string text, Type type)
    {
        if (type == typeof(string))
        {
            return JsonValue.Create(text);
        }

        if (type == typeof(bool))
        {
            return scalar.Style == ScalarStyle.Plain && text is "true" or "false" ? JsonValue.Create(text == "true") : null;
        }

        if (type == typeof(int) || type == typeof(long) || type == typeof(short))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && Fits(JsonValue.Create(whole), type) ? JsonValue.Create(whole) : null;
        }

        if (type == typeof(double) || type == typeof(decimal) || type == typeof(float))
        {
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null;
        }

        return type == typeof(object) || type == typeof(JsonElement) ? JsonValue.Create(text) : Fits(JsonValue.Create(text), type) ? JsonValue.Create(text) : null;
    }

    private static bool Fits(JsonNode node, Type type)
    {
        try
        {
            return node.Deserialize(type, Json) is not null;
        }
        catch (Exception misfit) when (misfit is JsonException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };

    private static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) => "a text",
            _ when plain == typeof(bool) => "true or false",
            _ when plain.IsEnum => "one of " + string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when plain == typeof(int) || plain == typeof(long) || plain == typeof(short) => "a whole number",
            _ when plain == typeof(TimeSpan) => "a duration, hh:mm:ss",
            _ when plain == typeof(DateTimeOffset) => "an RFC 3339 time",
            _ when plain.IsPrimitive || plain == typeof(decimal) => "a number",
            _ when typeof(System.Collections.IEnumerable).IsAssignableFrom(plain) => "a list",
            _ => "a value of its kind",
        };
    }

    private void Complain(YamlNode at, string path, string what) => problems.Add(at.Start, path, what);

    private static JsonSerializerOptions Options()
    {
        var options = ProductJson.Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.RespectNullableAnnotations = true;
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
