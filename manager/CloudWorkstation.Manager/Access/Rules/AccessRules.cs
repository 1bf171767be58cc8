using System.Collections.Concurrent;

namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>Why somebody has something: through which role, and where that role comes from.</summary>
/// <param name="Role">The role.</param>
/// <param name="Group">The group that gives the role; null when the account itself has it.</param>
public sealed record Reason(string Role, string? Group);

/// <summary>One template that somebody may use.</summary>
/// <param name="Entitlement">The entitlement.</param>
/// <param name="Because">Every way by which it is theirs.</param>
public sealed record GrantedEntitlement(Entitlement Entitlement, IReadOnlyList<Reason> Because);

/// <summary>One permission that somebody has.</summary>
public sealed record GrantedPermission(string Permission, IReadOnlyList<Reason> Because);

/// <summary>What a person may do, worked out from their roles and groups.</summary>
public sealed class EffectiveAccess
{
    private readonly HashSet<string> permissions;
    private readonly Dictionary<string, int> limits = new(StringComparer.Ordinal);

    internal EffectiveAccess(IReadOnlyList<Role> roles, IEnumerable<Entitlement> entitlements)
    {
        Roles = [.. roles.Select(r => r.Name)];
        permissions = roles.SelectMany(r => r.Permissions).ToHashSet(StringComparer.Ordinal);
        foreach (var entitlement in entitlements)
        {
            limits[entitlement.Template] = Math.Max(limits.GetValueOrDefault(entitlement.Template), entitlement.Maximum ?? int.MaxValue);
        }
    }

    private EffectiveAccess(EffectiveAccess wider, IEnumerable<string> allowed)
    {
        Roles = wider.Roles;
        permissions = wider.permissions.Intersect(allowed, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        limits = wider.limits;
    }

    public static EffectiveAccess None { get; } = new([], []);

    /// <value>The account's own and those that its groups give.</value>
    public IReadOnlyList<string> Roles { get; }

    /// <value>Names, in order.</value>
    public IEnumerable<string> Permissions => permissions.Order(StringComparer.Ordinal);

    /// <summary>The same person with no more than these permissions.</summary>
    public EffectiveAccess Within(IEnumerable<string> allowed) => new(this, allowed);

    public bool Allows(string permission) => permissions.Contains(permission);

    /// <summary>Desktops of a template that the person may have; 0 when they may not use it. The most generous entitlement counts.</summary>
    /// <param name="template">The template's name.</param>
    /// <param name="ofTemplate">What the template itself allows each person.</param>
    public int Limit(string template, int ofTemplate) =>
        Math.Min(ofTemplate, Math.Max(limits.GetValueOrDefault("*"), limits.GetValueOrDefault(template)));
}

/// <summary>All rules at one moment, immutable. Every question about access is answered here and nowhere else.</summary>
public sealed class AccessRules
{
    private const int MostKnown = 20_000;

    // People of the same roles and groups are many; the combinations are few, and gone with the next change of the rules.
    private readonly ConcurrentDictionary<Membership, EffectiveAccess> known = new();
    private readonly Lazy<ILookup<string, string>> rolesByEntitlement;
    private readonly Lazy<ILookup<string, string>> groupsByRole;

    internal AccessRules(long revision, IEnumerable<AccessView<Group>> groups, IEnumerable<AccessView<Role>> roles, IEnumerable<AccessView<Entitlement>> entitlements)
    {
        Revision = revision;
        Groups = groups.ToDictionary(g => g.Value.Name, StringComparer.Ordinal);
        Entitlements = entitlements.ToDictionary(e => e.Value.Id, StringComparer.Ordinal);
        var all = roles.ToDictionary(r => r.Value.Name, r => Completed(r), StringComparer.Ordinal);
        foreach (var (name, role) in BuiltInRoles.All)
        {
            all.TryAdd(name, new AccessView<Role>(role, 0));
        }

        Roles = all;
        rolesByEntitlement = new(() => Pairs(Roles.Values, r => r.Value.Entitlements, r => r.Value.Name));
        groupsByRole = new(() => Pairs(Groups.Values, g => g.Value.Roles, g => g.Value.Name));
    }

    public static Entitlement EveryTemplate { get; } = new() { Id = "every-template", Description = "Every template, as many desktops as it allows.", Template = "*" };

    /// <value>What holds before anybody wrote a rule: everybody may use every template.</value>
    public static AccessRules BuiltIn { get; } = new(
        0,
        [],
        [new AccessView<Role>(BuiltInRoles.All[BuiltInRoles.User] with { Entitlements = [EveryTemplate.Id] }, 0)],
        [new AccessView<Entitlement>(EveryTemplate, 0)]);

    public long Revision { get; }

    public IReadOnlyDictionary<string, AccessView<Group>> Groups { get; }

    public IReadOnlyDictionary<string, AccessView<Role>> Roles { get; }

    public IReadOnlyDictionary<string, AccessView<Entitlement>> Entitlements { get; }

    /// <summary>What somebody with these roles of their own, in these groups, may do.</summary>
    public EffectiveAccess Of(IReadOnlyList<string> ownRoles, IReadOnlyList<string> groups)
    {
        // Directories put people into many groups that no rule names: those must not make every person a combination of their own.
        var membership = new Membership([.. ownRoles], Named(groups));
        if (known.TryGetValue(membership, out var access))
        {
            return access;
        }

        // More combinations than that are people passing by, not people at work.
        if (known.Count >= MostKnown)
        {
            known.Clear();
        }

        return known.GetOrAdd(membership, m => WorkOut(m.Roles, m.Groups));
    }

    /// <summary>Each permission with every reason for it.</summary>
    public IReadOnlyList<GrantedPermission> ExplainPermissions(IReadOnlyList<string> ownRoles, IReadOnlyList<string> groups) =>
    [
        .. Reasons(ownRoles, groups)
            .SelectMany(reason => Roles[reason.Role].Value.Permissions.Select(permission => (permission, reason)))
            .GroupBy(p => p.permission, p => p.reason, StringComparer.Ordinal)
            .Select(g => new GrantedPermission(g.Key, [.. g]))
            .OrderBy(g => g.Permission, StringComparer.Ordinal),
    ];

    /// <summary>Each entitlement with every reason for it.</summary>
    public IReadOnlyList<GrantedEntitlement> ExplainEntitlements(IReadOnlyList<string> ownRoles, IReadOnlyList<string> groups) =>
    [
        .. Reasons(ownRoles, groups)
            .SelectMany(reason => Roles[reason.Role].Value.Entitlements.Select(id => (id, reason)))
            .Where(e => Entitlements.ContainsKey(e.id))
            .GroupBy(e => e.id, e => e.reason, StringComparer.Ordinal)
            .Select(g => new GrantedEntitlement(Entitlements[g.Key].Value, [.. g]))
            .OrderBy(g => g.Entitlement.Id, StringComparer.Ordinal),
    ];

    /// <summary>Through which entitlements, roles and groups a template can be used.</summary>
    public IReadOnlyList<TemplateAccess> ExplainTemplate(string template) =>
    [
        .. Entitlements.Values.Select(e => e.Value).Where(e => e.Template == "*" || e.Template == template).OrderBy(e => e.Id, StringComparer.Ordinal)
            .Select(e => new TemplateAccess(e, [.. RolesWith(e.Id).Select(r => new RoleAccess(r, GroupsWith(r)))])),
    ];

    private EffectiveAccess WorkOut(IReadOnlyList<string> ownRoles, IReadOnlyList<string> groups)
    {
        var roles = Reasons(ownRoles, groups).Select(r => r.Role).Distinct(StringComparer.Ordinal).Select(name => Roles[name].Value).ToList();
        var ids = roles.SelectMany(r => r.Entitlements).Distinct(StringComparer.Ordinal);
        return new EffectiveAccess(roles, ids.Select(id => Entitlements.GetValueOrDefault(id)?.Value).OfType<Entitlement>());
    }

    private IEnumerable<Reason> Reasons(IReadOnlyList<string> ownRoles, IReadOnlyList<string> groups) =>
        ownRoles.Select(r => new Reason(r, null))
            .Concat(groups.Where(Groups.ContainsKey).SelectMany(g => Groups[g].Value.Roles.Select(r => new Reason(r, g))))
            .Where(r => Roles.ContainsKey(r.Role));

    private string[] Named(IReadOnlyList<string> groups)
    {
        var named = new string[groups.Count];
        var count = 0;
        for (var i = 0; i < groups.Count; i++)
        {
            if (Groups.ContainsKey(groups[i]))
            {
                named[count++] = groups[i];
            }
        }

        return count == named.Length ? named : named[..count];
    }

    private IEnumerable<string> RolesWith(string entitlement) => rolesByEntitlement.Value[entitlement].Order(StringComparer.Ordinal);

    private IReadOnlyList<string> GroupsWith(string role) => [.. groupsByRole.Value[role].Order(StringComparer.Ordinal)];

    private static ILookup<string, string> Pairs<T>(IEnumerable<T> records, Func<T, IEnumerable<string>> given, Func<T, string> name) =>
        records.SelectMany(r => given(r).Distinct(StringComparer.Ordinal).Select(g => (Given: g, Name: name(r)))).ToLookup(p => p.Given, p => p.Name, StringComparer.Ordinal);

    // A stored built-in role only carries its entitlements: what it allows is today's product's to say.
    private static AccessView<Role> Completed(AccessView<Role> stored) => BuiltInRoles.All.TryGetValue(stored.Value.Name, out var builtIn)
        ? stored with { Value = builtIn with { Entitlements = stored.Value.Entitlements } }
        : stored;
}

/// <summary>One way to a template.</summary>
public sealed record TemplateAccess(Entitlement Entitlement, IReadOnlyList<RoleAccess> Roles);

/// <summary>A role and the groups that give it.</summary>
public sealed record RoleAccess(string Role, IReadOnlyList<string> Groups);
