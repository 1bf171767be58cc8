using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>An installation as a configuration. Always in the same order, so that two exports can be compared.</summary>
internal sealed class ConfigurationExport(IAccountService accounts, IAccessService access, IEnumerable<ISettingsPart> parts)
{
    private const string Head = """
        # The configuration of a CloudWorkstation: `./workstation config import FILE` makes an installation as it says.
        # Secrets are not part of it: where it says {set: true}, an import keeps the one that is set, or needs {fromFile: PATH} or {fromEnv: NAME}.

        """;

    public async Task<Outcome<string>> WriteAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.PlatformManage) || !actor.May(Permissions.AccountsRead))
        {
            return AccountProblems.Forbidden;
        }

        var rules = await access.ReadAsync(actor, cancellationToken);
        if (rules.Problem is { } refused)
        {
            return refused;
        }

        var root = new JsonObject { ["version"] = ConfigurationFile.CurrentVersion };
        AddRules(root, rules.Value);
        root["accounts"] = await AccountsAsync(actor, cancellationToken);
        if (await SettingsAsync(cancellationToken) is { Count: > 0 } settings)
        {
            root["settings"] = settings;
        }

        return Head + YamlWriter.Write(root);
    }

    private static void AddRules(JsonObject root, AccessRules rules)
    {
        root["entitlements"] = List(rules.Entitlements.Values.Select(e => e.Value).OrderBy(e => e.Id, StringComparer.Ordinal)
            .Select(e => new ConfiguredEntitlement { Id = e.Id, Description = e.Description, Template = e.Template, Maximum = e.Maximum }));
        root["roles"] = List(rules.Roles.Values.Where(r => r.Version > 0).Select(r => r.Value).OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => new ConfiguredRole
        {
            Name = r.Name,
            Description = r.BuiltIn ? null : r.Description,
            Permissions = r.BuiltIn ? null : Sorted(r.Permissions),
            Entitlements = Sorted(r.Entitlements),
        }));
        root["groups"] = List(rules.Groups.Values.Select(g => g.Value).OrderBy(g => g.Name, StringComparer.Ordinal)
            .Select(g => new ConfiguredGroup { Name = g.Name, Description = g.Description, Roles = Sorted(g.Roles) }));
    }

    private async Task<JsonArray> AccountsAsync(Actor actor, CancellationToken cancellationToken)
    {
        var found = new List<Account>();
        string? cursor = null;
        do
        {
            var page = (await accounts.ListAsync(actor, null, 200, cursor, cancellationToken)).Value;
            found.AddRange(page.Items.Select(v => v.Account).Where(a => a.Sources.Count == 0));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return List(found.OrderBy(a => a.UserName, StringComparer.Ordinal).Select(a => new ConfiguredAccount
        {
            UserName = a.UserName,
            DisplayName = a.DisplayName,
            Email = a.Email,
            Roles = a.Roles,
            Groups = a.Groups.Count == 0 ? null : a.Groups,
            Disabled = a.Disabled,
        }));
    }

    /// <summary>What somebody has set. What the operator fixes comes from the operator again.</summary>
    private async Task<JsonObject> SettingsAsync(CancellationToken cancellationToken)
    {
        var settings = new JsonObject();
        foreach (var part in parts.OrderBy(p => p.Info.Name, StringComparer.Ordinal))
        {
            var view = await part.ReadAsync(cancellationToken);
            if (view is { Version: > 0, Fixed: false })
            {
                settings[part.Info.Name] = JsonSerializer.SerializeToNode(view.Value, part.Info.Type, ProductJson.Options);
            }
        }

        return settings;
    }

    /// <summary>Switches that are off are the default and say nothing.</summary>
    private static JsonArray List<T>(IEnumerable<T> records)
    {
        var list = new JsonArray();
        foreach (var record in records)
        {
            var members = JsonSerializer.SerializeToNode(record, ProductJson.Options)!.AsObject();
            foreach (var off in members.Where(m => m.Value?.GetValueKind() == JsonValueKind.False).Select(m => m.Key).ToList())
            {
                members.Remove(off);
            }

            list.Add((JsonNode)members);
        }

        return list;
    }

    private static IReadOnlyList<string> Sorted(IReadOnlyList<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
