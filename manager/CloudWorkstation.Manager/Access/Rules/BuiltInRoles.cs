namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>The roles that every installation has. What they allow is fixed; which entitlements they carry is not.</summary>
public static class BuiltInRoles
{
    public const string User = "user";
    public const string Support = "support";
    public const string TemplateAuthor = "template-author";
    public const string Auditor = "auditor";
    public const string Admin = "admin";

    public static IReadOnlyDictionary<string, Role> All { get; } = new[]
    {
        NewRole(User, "Everybody who may have desktops.", Permissions.DesktopsUse),
        NewRole(
            Support,
            "The help desk: sees and stops everyone's desktops, but not what is on them; ends sessions and lifts lockouts.",
            Permissions.DesktopsRead, Permissions.DesktopsStop, Permissions.AccountsRead, Permissions.AccountsUnlock, Permissions.SessionsManage),
        NewRole(TemplateAuthor, "Writes templates: sees what is wrong with them and how desktops of them are built.", Permissions.TemplatesAuthor, Permissions.DesktopsRead, Permissions.StatisticsRead),
        NewRole(Auditor, "Reads everything that was done, changes nothing.", Permissions.AuditRead, Permissions.AccessRead, Permissions.AccountsRead, Permissions.StatisticsRead, Permissions.RecordingsView),
        NewRole(Admin, "May do everything.", [.. Permissions.All.Select(p => p.Name)]),
    }.ToDictionary(r => r.Name, StringComparer.Ordinal);

    private static Role NewRole(string name, string description, params IReadOnlyList<string> permissions) =>
        new() { Name = name, Description = description, Permissions = permissions, BuiltIn = true };
}
