namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("desktop", "Somebody keeps a desktop from being stopped for being idle; the detail says until when.")]
    public const string DesktopKeepAwake = "desktop.keep-awake";
}
