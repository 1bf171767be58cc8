using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Settings;

/// <summary>Settings to and from their stored form, in which every secret is a sealed box.</summary>
internal sealed class SettingsJson(SecretSeal seal)
{
    private const string Purpose = "settings";
    private const string Box = "sealed";
    private const string Keep = "keep";

    /// <summary>The stored form of a value; secrets that only stand for the stored one are taken from <paramref name="before"/>.</summary>
    public JsonNode Seal<T>(string section, T value, JsonNode? before)
    {
        var root = JsonSerializer.SerializeToNode(value, Options(section))!;
        KeepSecrets(root, before);
        return root;
    }

    public T Open<T>(string section, JsonNode stored) => stored.Deserialize<T>(Options(section))!;

    /// <summary>Items of a list are the same when their names are.</summary>
    private static void KeepSecrets(JsonNode? node, JsonNode? before)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, member) in members.ToList())
                {
                    var then = (before as JsonObject)?[name];
                    if (member is JsonObject marked && marked.ContainsKey(Keep))
                    {
                        members[name] = then?.DeepClone();
                    }
                    else
                    {
                        KeepSecrets(member, then);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    KeepSecrets(item, (before as JsonArray)?.FirstOrDefault(b => NameOf(b) is { } name && name == NameOf(item)));
                }

                break;
            default:
                break;
        }
    }

    private static string? NameOf(JsonNode? item) => (item as JsonObject)?["name"]?.GetValue<string>();

    private JsonSerializerOptions Options(string section)
    {
        var options = ProductJson.Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.Converters.Add(new Boxes(seal, section));
        return options;
    }

    private sealed class Boxes(SecretSeal seal, string section) : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return Secret.Of(seal.Open(Purpose, section, document.RootElement.GetProperty(Box).GetString()!));
        }

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            if (value.IsKept)
            {
                writer.WriteBoolean(Keep, true);
            }
            else
            {
                writer.WriteString(Box, seal.Seal(Purpose, section, value.Reveal()));
            }

            writer.WriteEndObject();
        }
    }
}
