namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("access", "An import changed more groups, roles and entitlements at once than can be told one by one; the detail names them.")]
    public const string AccessImport = "access.import";

    [Audited("configuration", "The whole configuration was exported.")]
    public const string ConfigurationExport = "configuration.export";

    [Audited("setup", "Somebody with the set-up code made the first administrator, or tried with a wrong code.")]
    public const string SetupClaim = "setup.claim";

    [Audited("setup", "A step of setting up was done, skipped or taken up again, or the list was put away.")]
    public const string SetupChange = "setup.change";
}
