using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Manager.Notifications;

/// <summary>One sort of event that people and other systems can be told of.</summary>
/// <param name="Name">Stable; programs depend on it.</param>
/// <param name="Title">What a person reads beside the choice.</param>
/// <param name="MailedByDefault">Whether it is mailed to who has not chosen.</param>
public sealed record NoticeType(string Name, string Title, bool MailedByDefault)
{
    /// <value>Who is told: everyone with this permission; null for the person whom it is about.</value>
    public string? Permission { get; init; }

    /// <value>Always mailed: whoever got into an account must not be able to keep its owner from hearing of it.</value>
    public bool Always { get; init; }

    /// <value>The commit that makes it so has its own mail to the person; only webhooks are told from the notice.</value>
    public bool MailedAtOnce { get; init; }
}

/// <summary>Everything that can be told of.</summary>
public static class NoticeTypes
{
    public const string DesktopReady = "desktop.ready";
    public const string DesktopFailed = "desktop.failed";
    public const string DesktopStoppingSoon = "desktop.stopping-soon";
    public const string DesktopDeletingSoon = "desktop.deleting-soon";
    public const string ApprovalAsked = "registration.approval-asked";
    public const string AccountLocked = "account.locked";
    public const string SecondFactorReset = "second-factor.reset";
    public const string DeliveryFailing = "delivery.failing";

    /// <summary>Sent by an administrator's hand to one webhook only.</summary>
    public const string Test = "test";

    public static IReadOnlyList<NoticeType> All { get; } =
    [
        new(DesktopReady, "A desktop of mine is ready", MailedByDefault: false),
        new(DesktopFailed, "A desktop of mine failed", MailedByDefault: true),
        new(DesktopStoppingSoon, "A desktop of mine is about to be stopped", MailedByDefault: true),
        new(DesktopDeletingSoon, "A desktop of mine is about to be deleted", MailedByDefault: true),
        new(AccountLocked, "My account was locked after wrong passwords", MailedByDefault: true),
        new(SecondFactorReset, "My second factor was reset", MailedByDefault: true) { Always = true, MailedAtOnce = true },
        new(ApprovalAsked, "Somebody asks for an account", MailedByDefault: true) { Permission = Permissions.AccountsManage },
        new(DeliveryFailing, "A webhook does not take what it is sent", MailedByDefault: true) { Permission = Permissions.PlatformManage },
    ];

    public static NoticeType? Find(string name) => All.FirstOrDefault(t => t.Name == name);
}
