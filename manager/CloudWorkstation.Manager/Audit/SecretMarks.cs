using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Manager.Audit;

/// <summary>
/// What stands for a secret while two records are compared: equal secrets have equal marks, and a mark tells nothing, because its key is
/// made by this process and forgotten with it. None of them is stored: <see cref="Hide"/> leaves only whether there is a secret.
/// </summary>
internal static class SecretMarks
{
    private const string Prefix = "\u0001secret:";
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static string Of(string secret) => Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(secret)));

    public static bool IsOne(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String && node.GetValue<string>().StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>All marks below a node.</summary>
    public static HashSet<string> In(JsonNode? node) => node switch
    {
        JsonObject members => [.. members.SelectMany(m => In(m.Value))],
        JsonArray items => [.. items.SelectMany(In)],
        _ => IsOne(node) ? [node!.GetValue<string>()] : [],
    };

    /// <summary>A copy in which every mark is <c>{"set": true}</c>, and one that was not <paramref name="known"/> before says that it changed.</summary>
    public static JsonObject Hide(JsonObject members, HashSet<string> known) => (JsonObject)Hidden(members, known)!;

    private static JsonNode? Hidden(JsonNode? node, HashSet<string> known) => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Hidden(m.Value, known)))),
        JsonArray items => new JsonArray([.. items.Select(i => Hidden(i, known))]),
        _ when IsOne(node) => known.Contains(node!.GetValue<string>()) ? new JsonObject { ["set"] = true } : new JsonObject { ["set"] = true, ["changed"] = true },
        _ => node?.DeepClone(),
    };
}

/// <summary>Writes the mark of a member that is a secret, whatever type it has. Nothing is ever read with it.</summary>
internal sealed class SecretMarkConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => true;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Marking<>).MakeGenericType(typeToConvert))!;

    private sealed class Marking<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A mark cannot be read back.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(SecretMarks.Of(JsonSerializer.Serialize(value)));
    }
}
