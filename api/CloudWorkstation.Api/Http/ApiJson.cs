using System.Text.Json;
using System.Text.Json.Serialization;
using CloudWorkstation.Manager;

namespace CloudWorkstation.Api.Http;

/// <summary>The product's JSON, read to the letter: names in the right case, numbers as numbers.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Frozen();

    public static void Apply(JsonSerializerOptions options)
    {
        ProductJson.Apply(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
    }

    private static JsonSerializerOptions Frozen()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
