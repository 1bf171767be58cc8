namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("webhook", "A test event was sent to a webhook.")]
    public const string WebhookTest = "webhook.test";

    [Audited("webhook", "An event was sent to a webhook again; the detail is the delivery.")]
    public const string WebhookSendAgain = "webhook.send-again";
}
