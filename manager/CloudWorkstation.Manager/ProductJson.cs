using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Manager;

/// <summary>How the product writes JSON for clients: camelCase names and enums, no nulls, times in UTC with <c>Z</c>.</summary>
public static class ProductJson
{
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>The same rules for another set of options, for example ASP.NET Core's.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        return options;
    }

    public static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, Options);
}

/// <summary>RFC 3339 in UTC with milliseconds and <c>Z</c>: one spelling for every client.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
}
