namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("mail", "A test mail was asked for.")]
    public const string MailTest = "mail.test";

    [Audited("mail", "A mail that could not be delivered was tried again.")]
    public const string MailRetry = "mail.retry";

    [Audited("mail", "A mail was taken out of the outbox.")]
    public const string MailRemove = "mail.remove";
}
