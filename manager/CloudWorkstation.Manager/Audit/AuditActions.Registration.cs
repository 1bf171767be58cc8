namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("account", "Somebody asked for another e-mail address of their account, or confirmed it; the detail has the addresses.")]
    public const string AccountEmail = "account.email";

    [Audited("registration", "Somebody asked for an account; refused where the address has one, or a trap for programs was filled in.")]
    public const string RegistrationRequest = "registration.request";

    [Audited("registration", "Somebody showed that the address is theirs, and waits for approval.")]
    public const string RegistrationVerify = "registration.verify";

    [Audited("registration", "The account was ordered from a directory.")]
    public const string RegistrationOrder = "registration.order";

    [Audited("registration", "The account was made in a directory, or could not be.")]
    public const string RegistrationCreate = "registration.create";

    [Audited("registration", "An administrator refused a registration; the detail is the reason given. The system does where a directory's rules do not take the password.")]
    public const string RegistrationRefuse = "registration.refuse";

    [Audited("registration", "The directory was asked again.")]
    public const string RegistrationRetry = "registration.retry";

    [Audited("registration", "A registration was ended without an account.")]
    public const string RegistrationCancel = "registration.cancel";

    [Audited("account", "Somebody asked for a mail to set a new password; refused where no account of ours has the address.")]
    public const string AccountResetRequest = "account.reset-request";

    [Audited("account", "A new password was set by a link that was mailed.")]
    public const string AccountReset = "account.reset";
}
