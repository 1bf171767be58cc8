namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("account, address", "An account or a network was kept out for a while; the product itself does it after many refusals from one address.", Change = true)]
    public const string BanCreate = "ban.create";

    [Audited("account, address", "A ban was lifted before its time was over.", Change = true)]
    public const string BanLift = "ban.lift";
}
