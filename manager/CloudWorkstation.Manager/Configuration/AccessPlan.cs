using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>The access rules as a file wants them, compared with those in force.</summary>
internal sealed class AccessPlan
{
    private readonly List<ConfigurationChange> removals = [];
    private readonly List<ConfigurationChange> changes = [];
    private readonly Dictionary<string, AccessView<Entitlement>> entitlements;
    private readonly Dictionary<string, AccessView<Role>> roles;
    private readonly Dictionary<string, AccessView<Group>> groups;

    public AccessPlan(AccessRules now, ConfigurationFile file, bool prune, ConfigurationProblems problems)
    {
        entitlements = new(now.Entitlements, StringComparer.Ordinal);
        roles = new(now.Roles, StringComparer.Ordinal);
        groups = new(now.Groups, StringComparer.Ordinal);
        Compare("entitlement", "entitlements", file.Entitlements?.Select(Wanted), entitlements, e => e.Id, _ => false, prune, problems);
        Compare("role", "roles", file.Roles?.Select(Wanted), roles, r => r.Name, BuiltInRoles.All.ContainsKey, prune, problems);
        Compare("group", "groups", file.Groups?.Select(Wanted), groups, g => g.Name, _ => false, prune, problems);
        Rules = new AccessRules(now.Revision, groups.Values, roles.Values, entitlements.Values);
    }

    /// <value>The rules as they will be.</value>
    public AccessRules Rules { get; }

    /// <value>Additions and changes first; what goes away goes last.</value>
    public IReadOnlyList<ConfigurationChange> Changes => [.. changes, .. removals];

    /// <summary>The rules are checked as they will be, so that a role may carry an entitlement of the same file.</summary>
    public void Check(ConfigurationFile file, ITemplateCatalogue templates, ConfigurationProblems problems)
    {
        Each(file.Entitlements, "entitlements", e => AccessNames.Check(Wanted(e), templates), problems);
        Each(file.Roles, "roles", r => AccessNames.Check(Wanted(r), Rules), problems);
        Each(file.Groups, "groups", g => AccessNames.Check(Wanted(g), Rules), problems);
        foreach (var role in Rules.Roles.Values.Where(r => file.Roles?.Any(f => f.Name == r.Value.Name) != true))
        {
            Dangling("role", role.Value.Name, "entitlement", role.Value.Entitlements.Except(Rules.Entitlements.Keys, StringComparer.Ordinal), problems);
        }

        foreach (var group in Rules.Groups.Values.Where(g => file.Groups?.Any(f => f.Name == g.Value.Name) != true))
        {
            Dangling("group", group.Value.Name, "role", group.Value.Roles.Except(Rules.Roles.Keys, StringComparer.Ordinal), problems);
        }
    }

    public static Entitlement Wanted(ConfiguredEntitlement e) => new() { Id = e.Id, Description = e.Description, Template = e.Template, Maximum = e.Maximum };

    public static Role Wanted(ConfiguredRole r) => BuiltInRoles.All.TryGetValue(r.Name, out var builtIn)
        ? builtIn with { Permissions = r.Permissions ?? builtIn.Permissions, Entitlements = r.Entitlements ?? [] }
        : new Role { Name = r.Name, Description = r.Description, Permissions = r.Permissions ?? [], Entitlements = r.Entitlements ?? [] };

    public static Group Wanted(ConfiguredGroup g) => new() { Name = g.Name, Description = g.Description, Roles = g.Roles };

    private static void Dangling(string kind, string name, string of, IEnumerable<string> gone, ConfigurationProblems problems)
    {
        foreach (var one in gone)
        {
            problems.Add("", $"The {of} '{one}' would be removed, and the {kind} '{name}', which the file does not name, still has it.");
        }
    }

    private static void Each<T>(IReadOnlyList<T>? items, string path, Func<T, List<FieldError>> check, ConfigurationProblems problems)
    {
        for (var i = 0; i < (items?.Count ?? 0); i++)
        {
            problems.AddAll($"{path}[{i}]", check(items![i]));
        }
    }

    private void Compare<T>(
        string kind, string path, IEnumerable<T>? wanted, Dictionary<string, AccessView<T>> records, Func<T, string> nameOf, Func<string, bool> isFixed, bool prune, ConfigurationProblems problems)
        where T : class
    {
        if (wanted is null)
        {
            return;
        }

        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (value, index) in wanted.Select((w, i) => (w, i)))
        {
            var name = nameOf(value);
            named.Add(name);
            var before = records.GetValueOrDefault(name);
            var fields = Differences(before?.Value, value);
            if (before is null || fields.Count > 0)
            {
                changes.Add(new ConfigurationChange(kind, name, before is null ? "add" : "change", fields, problems.LineOf($"{path}[{index}]")));
                records[name] = new AccessView<T>(value, before?.Version ?? 0);
            }
        }

        foreach (var name in prune ? records.Keys.Where(n => !named.Contains(n) && !isFixed(n)).Order(StringComparer.Ordinal).ToList() : [])
        {
            records.Remove(name);
            removals.Insert(0, new ConfigurationChange(kind, name, "remove", [], 0));
        }
    }

    /// <summary>Lists of names are sets.</summary>
    private static List<string> Differences<T>(T? before, T after)
        where T : class
    {
        var (one, other) = (Members(before), Members(after)!);
        return one is null ? [] : [.. one.Select(m => m.Key).Union(other.Select(m => m.Key), StringComparer.Ordinal).Where(k => !JsonNode.DeepEquals(one[k], other[k])).Order(StringComparer.Ordinal)];
    }

    private static JsonObject? Members<T>(T? value)
        where T : class
    {
        var node = value is null ? null : System.Text.Json.JsonSerializer.SerializeToNode(value, ProductJson.Options)!.AsObject();
        foreach (var (name, member) in node?.ToList() ?? [])
        {
            if (member is JsonArray items)
            {
                node![name] = new JsonArray([.. items.Select(i => i!.GetValue<string>()).Order(StringComparer.Ordinal).Select(i => (JsonNode)i)]);
            }
        }

        return node;
    }
}
