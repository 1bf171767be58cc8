namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>One thing that a role may allow.</summary>
/// <param name="Name">Stable; programs and stored roles depend on it.</param>
/// <param name="Description">What an administrator reads.</param>
public sealed record Permission(string Name, string Description);

/// <summary>Everything that can be allowed. A check anywhere names one of these, and <see cref="Actor.May"/> is the only place that decides.</summary>
public static class Permissions
{
    public const string DesktopsUse = "desktops.use";
    public const string DesktopsRead = "desktops.read";
    public const string DesktopsStop = "desktops.stop";
    public const string DesktopsManage = "desktops.manage";
    public const string DesktopsConnect = "desktops.connect";
    public const string TemplatesAuthor = "templates.author";
    public const string AccountsRead = "accounts.read";
    public const string AccountsManage = "accounts.manage";
    public const string AccountsUnlock = "accounts.unlock";
    public const string SessionsManage = "sessions.manage";
    public const string AccessRead = "access.read";
    public const string AccessManage = "access.manage";
    public const string AuditRead = "audit.read";
    public const string RecordingsView = "recordings.view";
    public const string RecordingsManage = "recordings.manage";
    public const string StatisticsRead = "statistics.read";
    public const string PlatformManage = "platform.manage";

    public static IReadOnlyList<Permission> All { get; } =
    [
        new(DesktopsUse, "Create desktops as entitled, and use, change and delete one's own."),
        new(DesktopsRead, "See everyone's desktops and operations with their logs, but not their screens."),
        new(DesktopsStop, "Start and stop everyone's desktops."),
        new(DesktopsManage, "Change, repair and delete everyone's desktops."),
        new(DesktopsConnect, "See the screens of everyone's desktops, as their rules have it: with the owner's consent if nobody says otherwise."),
        new(TemplatesAuthor, "See broken templates with their problems, and have the templates read again."),
        new(AccountsRead, "See all accounts and their sessions."),
        new(AccountsManage, "Create, change and disable accounts, and reset passwords."),
        new(AccountsUnlock, "Lift the lockout of an account after wrong passwords."),
        new(SessionsManage, "End other people's sessions."),
        new(AccessRead, "See groups, roles and entitlements, and who may do what for which reason."),
        new(AccessManage, "Change groups, roles and entitlements."),
        new(AuditRead, "Read and export the audit trail."),
        new(RecordingsView, "Play everyone's recordings of sessions; each time is audited."),
        new(RecordingsManage, "Delete recordings before their time."),
        new(StatisticsRead, "See statistics."),
        new(PlatformManage, "Rotate keys, remove orphans, and change the platform's settings."),
    ];

    public static bool IsKnown(string name) => All.Any(p => p.Name == name);
}
