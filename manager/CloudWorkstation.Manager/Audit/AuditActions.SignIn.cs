namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("account", "A second factor was set up, replaced, disabled or reset, or its recovery codes renewed; the detail says which.")]
    public const string AccountSecondFactor = "account.second-factor";

    [Audited("account", "A recovery code completed a sign-in, or a code was refused.")]
    public const string SessionSecondFactor = "session.second-factor";

    [Audited("account", "Somebody who was asked to show again that it is them gave a wrong password or code.")]
    public const string SessionProof = "session.proof";

    [Audited("account", "A passkey was added, renamed or removed; the detail has its name.")]
    public const string AccountPasskey = "account.passkey";

    [Audited("account", "A passkey was refused at a sign-in or a proof; the detail says why, for example a counter that went back, as a copy's does.")]
    public const string SessionPasskey = "session.passkey";

    [Audited("account", "A provider was linked with an account or unlinked from it by its owner, or was not; the detail says which.")]
    public const string AccountIdentity = "account.identity";

    [Audited("account", "An API token was made, or refused. The detail has its name, its beginning, its scopes and its last day.")]
    public const string TokenCreate = "token.create";

    [Audited("account", "An API token was revoked.")]
    public const string TokenRevoke = "token.revoke";
}
