using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Audit;

/// <summary>
/// Records as JSON for the audit trail, with a mark in place of every secret: of each member that says <see cref="AuditSecretAttribute"/>, and of
/// each text whose name sounds like one, whether or not somebody thought of saying so.
/// </summary>
internal static partial class AuditJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new MarkedSecret() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { MarkDeclared } },
    };

    public static JsonObject Of<T>(T value)
        where T : class
    {
        var json = JsonSerializer.SerializeToNode(value, value.GetType(), Options) as JsonObject
            ?? throw new ArgumentException($"{typeof(T).Name} is not a record: only records can be told before and after.", nameof(value));
        MarkSuspicious(json);
        return json;
    }

    private static void MarkDeclared(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(p => p.AttributeProvider?.IsDefined(typeof(AuditSecretAttribute), inherit: true) == true))
        {
            member.CustomConverter = new SecretMarkConverter();
        }
    }

    private static void MarkSuspicious(JsonNode? node)
    {
        foreach (var (name, value) in (node as JsonObject)?.ToList() ?? [])
        {
            if (IsText(value) && SoundsSecret().IsMatch(name) && !SecretMarks.IsOne(value))
            {
                ((JsonObject)node!)[name] = SecretMarks.Of(value!.ToJsonString());
            }
            else
            {
                MarkSuspicious(value);
            }
        }

        foreach (var item in node as JsonArray ?? [])
        {
            MarkSuspicious(item);
        }
    }

    /// <summary>Numbers and truth values say nothing that helps anybody in; an object's own members are looked at one by one.</summary>
    private static bool IsText(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String || (value is JsonArray items && items.Any(i => i?.GetValueKind() == JsonValueKind.String));

    /// <summary>A secret of the settings.</summary>
    private sealed class MarkedSecret : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A mark cannot be read back.");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(SecretMarks.Of(value.Reveal()));
    }

    [GeneratedRegex("(passwords?|secrets?|passphrase|credentials?|privatekey|private_key|apikey|api_key|tokens?|hash|hashes|stamp|recoverycodes?|otp|pin|pem)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SoundsSecret();
}
