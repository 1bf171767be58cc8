using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Manager.Settings;

/// <summary>A section without its type. Values pass through JSON in memory in which secrets stand open; it never leaves this class.</summary>
internal sealed class SettingsPart<T>(SettingsSectionInfo info, ISettings<T> settings) : ISettingsPart
    where T : class, new()
{
    private static readonly JsonSerializerOptions Open = Options();

    public SettingsSectionInfo Info => info;

    public async Task<SettingsView<object>> ReadAsync(CancellationToken cancellationToken)
    {
        var view = await settings.ReadAsync(cancellationToken);
        return new SettingsView<object>(view.Value, view.Version, view.Fixed);
    }

    public (object Value, IReadOnlyList<string> Missing) Complete(object value, object before)
    {
        var wanted = Node(value);
        var missing = new List<string>();
        Fill(wanted, Node(before), "", missing);
        return (wanted.Deserialize<T>(Open)!, missing);
    }

    public bool AreSame(object one, object other) => JsonNode.DeepEquals(Node(one), Node(other));

    public async Task<Outcome<long>> ReplaceAsync(Actor actor, object value, long ifVersion, CancellationToken cancellationToken)
    {
        var replaced = await settings.ReplaceAsync(actor, (T)value, ifVersion, cancellationToken);
        return replaced.Problem is { } problem ? problem : replaced.Value.Version;
    }

    private static JsonNode Node(object value) => JsonSerializer.SerializeToNode((T)value, Open)!;

    /// <summary>As the section itself keeps secrets: items of a list are the same when their names are.</summary>
    private static void Fill(JsonNode? node, JsonNode? before, string path, List<string> missing)
    {
        if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Fill(items[i], (before as JsonArray)?.FirstOrDefault(b => NameOf(b) is { } name && name == NameOf(items[i])), $"{path}[{i}]", missing);
            }
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, member) in members.ToList())
            {
                var (at, then) = (path.Length == 0 ? name : $"{path}.{name}", (before as JsonObject)?[name]);
                if (!Boxes.IsKept(member))
                {
                    Fill(member, then, at, missing);
                }
                else if (then is null)
                {
                    missing.Add(at);
                    members.Remove(name);
                }
                else
                {
                    members[name] = then.DeepClone();
                }
            }
        }
    }

    private static string? NameOf(JsonNode? item) => (item as JsonObject)?["name"]?.GetValue<string>();

    private static JsonSerializerOptions Options()
    {
        var options = ProductJson.Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.Converters.Add(new Boxes());
        return options;
    }

    private sealed class Boxes : JsonConverter<Secret>
    {
        private const string Text = "secret-text";
        private const string Keep = "secret-kept";

        public static bool IsKept(JsonNode? node) => node is JsonObject box && box.ContainsKey(Keep);

        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.TryGetProperty(Text, out var text) ? Secret.Of(text.GetString()!) : Secret.Kept;
        }

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString(value.IsKept ? Keep : Text, value.IsKept ? "" : value.Reveal());
            writer.WriteEndObject();
        }
    }
}
