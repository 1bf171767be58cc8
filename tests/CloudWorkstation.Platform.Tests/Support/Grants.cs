using System.Text.Json;

namespace CloudWorkstation.Platform.Tests.Support;

/// <summary>What the policies of one role allow.</summary>
internal sealed record Grants(IReadOnlySet<string> Actions, IReadOnlyList<JsonElement> Statements)
{
    /// <summary>Reads the roles' policies out of <c>terraform show -json</c>.</summary>
    public static IReadOnlyDictionary<string, Grants> Read(string state)
    {
        using var document = JsonDocument.Parse(state);
        return Modules(document.RootElement.GetProperty("values").GetProperty("root_module"))
            .SelectMany(module => module.TryGetProperty("resources", out var resources) ? resources.EnumerateArray().ToArray() : [])
            .Where(r => r.GetProperty("type").GetString() == "aws_iam_role_policy" && r.GetProperty("address").GetString()!.StartsWith("module.access.", StringComparison.Ordinal))
            .GroupBy(r => r.GetProperty("values").GetProperty("role").GetString()!, r => r.GetProperty("values").GetProperty("policy").GetString()!)
            .ToDictionary(g => g.Key, Of, StringComparer.Ordinal);
    }

    private static Grants Of(IEnumerable<string> policies)
    {
        var statements = policies.SelectMany(p => JsonSerializer.Deserialize<JsonElement>(p).GetProperty("Statement").EnumerateArray().ToArray()).ToList();
        return new Grants(statements.Where(s => s.GetProperty("Effect").GetString() == "Allow").SelectMany(s => Texts(s.GetProperty("Action"))).ToHashSet(StringComparer.Ordinal), statements);
    }

    public static IEnumerable<string> Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(v => v.GetString()!) : [value.GetString()!];

    private static IEnumerable<JsonElement> Modules(JsonElement module) =>
        module.TryGetProperty("child_modules", out var children) ? children.EnumerateArray().SelectMany(Modules).Prepend(module) : [module];
}
