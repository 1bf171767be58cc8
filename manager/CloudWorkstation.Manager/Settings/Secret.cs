using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Manager.Settings;

/// <summary>
/// A text of the settings that nobody gets to see again: clients read <c>{"set": true}</c>, and send a text to set another one or
/// <c>{"set": true}</c> to keep the one that is there. No <see cref="object.ToString"/>, serialiser or log shows it.
/// </summary>
[JsonConverter(typeof(SecretForClients))]
[TypeConverter(typeof(SecretFromConfiguration))]
public sealed class Secret : IEquatable<Secret>
{
    private readonly string? text;

    private Secret(string? text) => this.text = text;

    /// <value>Stands for the secret that is stored already.</value>
    public static Secret Kept { get; } = new(null);

    public bool IsKept => text is null;

    public static Secret Of(string text) => new(text);

    /// <summary>The text, for the one place that needs it.</summary>
    /// <exception cref="InvalidOperationException">It only stands for the stored one.</exception>
    public string Reveal() => text ?? throw new InvalidOperationException("This secret was not read from the store.");

    public bool Equals(Secret? other) => other is not null && string.Equals(text, other.text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => "(secret)";
}

/// <summary>How clients read and write secrets.</summary>
internal sealed class SecretForClients : JsonConverter<Secret>
{
    private const string Expected = "A secret is a text, or {\"set\": true} to keep the one that is stored.";

    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Secret.Of(reader.GetString()!);
        }

        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.EnumerateObject().ToList() is [{ Name: "set", Value.ValueKind: JsonValueKind.True }]
            ? Secret.Kept
            : throw new JsonException(Expected);
    }

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("set", true);
        writer.WriteEndObject();
    }
}

/// <summary>An operator writes the text itself into the configuration.</summary>
internal sealed class SecretFromConfiguration : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Secret.Of((string)value);
}
