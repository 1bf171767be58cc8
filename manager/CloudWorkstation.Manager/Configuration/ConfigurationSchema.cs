using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>The format as JSON Schema, for editors; made of the types that the file is read into.</summary>
public static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Json = Options();

    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IEnumerable<SettingsSectionInfo> sections)
    {
        var schema = Json.GetJsonSchemaAsNode(typeof(ConfigurationFile), Exporter).AsObject();
        var root = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "CloudWorkstation configuration" };
        foreach (var (name, value) in schema.ToList())
        {
            schema.Remove(name);
            root[name] = value;
        }

        root["properties"]!["version"] = new JsonObject { ["const"] = ConfigurationFile.CurrentVersion };
        root["properties"]!["settings"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(sections.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Name, (JsonNode?)SectionOf(s)))),
            ["additionalProperties"] = false,
        };
        return root.ToJsonString(Readable) + "\n";
    }

    private static JsonObject SectionOf(SettingsSectionInfo section)
    {
        var schema = Json.GetJsonSchemaAsNode(section.Type, Exporter).AsObject();
        schema.Remove("required");
        return schema;
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (context.TypeInfo.Type == typeof(Secret))
        {
            return context.PropertyInfo?.Name == "passwordFile" ? new JsonObject { ["type"] = "string" } : SecretSchema();
        }

        if (schema is JsonObject known && context.PropertyInfo is { Name: "permissions", DeclaringType: var type } && type == typeof(ConfiguredRole))
        {
            known["items"] = new JsonObject { ["enum"] = new JsonArray([.. Permissions.All.Select(p => (JsonNode)p.Name)]) };
        }

        return schema;
    }

    private static JsonObject SecretSchema() => new()
    {
        ["oneOf"] = new JsonArray(Source("fromFile", new JsonObject { ["type"] = "string" }), Source("fromEnv", new JsonObject { ["type"] = "string" }), Source("set", new JsonObject { ["const"] = true })),
    };

    private static JsonObject Source(string name, JsonObject value) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { [name] = value },
        ["required"] = new JsonArray(name),
        ["additionalProperties"] = false,
    };

    private static JsonSerializerOptions Options()
    {
        var options = ProductJson.Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
