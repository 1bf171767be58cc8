using System.Text.Json.Nodes;

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>Changes of an OpenAPI document that a client written against the old one would trip over.</summary>
internal static class OpenApiBreaks
{
    public static IReadOnlyList<string> Between(JsonNode before, JsonNode after) => [.. Paths(before, after), .. Schemas(before, after)];

    private static IEnumerable<string> Paths(JsonNode before, JsonNode after)
    {
        foreach (var (path, methods) in Members(before["paths"]))
        {
            foreach (var (method, old) in Members(methods))
            {
                var breaks = after["paths"]?[path]?[method] is { } now ? Operation(old!, now) : ["is gone"];
                foreach (var what in breaks)
                {
                    yield return $"{method} {path} {what}";
                }
            }
        }
    }

    private static IEnumerable<string> Operation(JsonNode old, JsonNode now) =>
    [
        .. Members(old["responses"]).Where(r => now["responses"]?[r.Key] is null).Select(r => $"no longer answers {r.Key}"),
        .. Required(now).Except(Required(old)).Select(p => $"now requires the parameter {p}"),
    ];

    private static IEnumerable<string> Required(JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? []).Where(p => p?["required"]?.GetValue<bool>() == true).Select(p => p!["name"]!.GetValue<string>());

    private static IEnumerable<string> Schemas(JsonNode before, JsonNode after)
    {
        foreach (var (name, old) in Members(before["components"]?["schemas"]))
        {
            foreach (var (member, type) in Members(old?["properties"]))
            {
                var now = after["components"]?["schemas"]?[name]?["properties"]?[member];
                if (now is null)
                {
                    yield return $"{name}.{member} is gone";
                }
                else if (!JsonNode.DeepEquals(type?["type"], now["type"]))
                {
                    yield return $"{name}.{member} changed its type";
                }
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node as JsonObject ?? [];
}
