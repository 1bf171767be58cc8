using System.Collections.Frozen;
using System.Reflection;

namespace CloudWorkstation.Manager.Audit;

/// <summary>One thing that the audit trail tells of.</summary>
/// <param name="Name">Stable; searches and whoever receives the trail depend on it.</param>
/// <param name="Description">What a reader understands by it.</param>
/// <param name="Target">The type before the slash of a target.</param>
/// <param name="HasChange">Whether entries carry before and after.</param>
public sealed record AuditAction(string Name, string Description, string Target, bool HasChange);

/// <summary>Says what the catalogue tells of an action.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class AuditedAttribute(string target, string description) : Attribute
{
    public string Target => target;

    public string Description => description;

    /// <value>Whether entries carry before and after.</value>
    public bool Change { get; init; }
}

/// <summary>
/// Everything that is recorded. A feature adds its actions in a file of its own (<c>AuditActions.Tokens.cs</c>): a constant and what the catalogue
/// tells of it. The table in docs/audit.md is made from this list.
/// </summary>
public static partial class AuditActions
{
    [Audited("account", "Somebody signed in (the detail names the method), or was refused (it names the reason).")]
    public const string SessionSignIn = "session.sign-in";

    [Audited("session", "A session ended: signed out, ended by somebody, or by a rule; the detail says which.")]
    public const string SessionEnd = "session.end";

    [Audited("account", "An account was created.", Change = true)]
    public const string AccountCreate = "account.create";

    [Audited("account", "An account's data, roles, groups or state were changed, or its password reset.", Change = true)]
    public const string AccountChange = "account.change";

    [Audited("account", "Somebody changed their own password, or gave a wrong one when trying.")]
    public const string AccountPassword = "account.password";

    [Audited("group", "A group was given roles for the first time.", Change = true)]
    public const string GroupCreate = "group.create";

    [Audited("group", "What a group gives was changed.", Change = true)]
    public const string GroupChange = "group.change";

    [Audited("group", "A group's rules were removed.", Change = true)]
    public const string GroupRemove = "group.remove";

    [Audited("role", "A role was created.", Change = true)]
    public const string RoleCreate = "role.create";

    [Audited("role", "What a role allows was changed.", Change = true)]
    public const string RoleChange = "role.change";

    [Audited("role", "A role was removed.", Change = true)]
    public const string RoleRemove = "role.remove";

    [Audited("entitlement", "An entitlement was created.", Change = true)]
    public const string EntitlementCreate = "entitlement.create";

    [Audited("entitlement", "An entitlement was changed.", Change = true)]
    public const string EntitlementChange = "entitlement.change";

    [Audited("entitlement", "An entitlement was removed.", Change = true)]
    public const string EntitlementRemove = "entitlement.remove";

    [Audited("settings", "A section of the run-time settings was replaced.", Change = true)]
    public const string SettingsChange = "settings.change";

    [Audited("key", "The keys that sign tokens were rotated.")]
    public const string KeysRotate = "keys.rotate";

    [Audited("audit", "The trail was taken away as JSON lines; the detail says which part.")]
    public const string AuditExport = "audit.export";

    [Audited("request", "A request was refused for lack of a right, or because it came from another site. The target is the endpoint, the detail the code.")]
    public const string RequestRefuse = "request.refuse";

    private static readonly Lazy<FrozenDictionary<string, AuditAction>> Catalogue = new(() => typeof(AuditActions)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(f => f.IsLiteral)
        .Select(f => (Name: (string)f.GetRawConstantValue()!, Facts: f.GetCustomAttribute<AuditedAttribute>() ?? throw new InvalidOperationException($"{f.Name} lacks [Audited].")))
        .ToFrozenDictionary(a => a.Name, a => new AuditAction(a.Name, a.Facts.Description, a.Facts.Target, a.Facts.Change), StringComparer.Ordinal));

    /// <value>By name.</value>
    public static IReadOnlyList<AuditAction> All => [.. Catalogue.Value.Values.OrderBy(a => a.Name, StringComparer.Ordinal)];

    public static AuditAction? Find(string name) => Catalogue.Value.GetValueOrDefault(name);
}
