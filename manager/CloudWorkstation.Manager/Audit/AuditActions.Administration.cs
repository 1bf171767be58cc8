namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("desktop", "A desktop was given to another person, or was not; the detail says from whom to whom, or the code of the refusal.", Change = true)]
    public const string DesktopTransfer = "desktop.transfer";

    [Audited("account", "The lockout of an account was lifted.")]
    public const string AccountUnlock = "account.unlock";

    [Audited("bulk", "The same change of many desktops was accepted; the detail says which and how many. Each desktop has an entry of its own.")]
    public const string DesktopsBulk = "desktops.bulk";
}
