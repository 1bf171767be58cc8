using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>How a webhook has been doing since the last delivery that arrived. Written only when that changes.</summary>
internal sealed record WebhookHealth
{
    public required string Webhook { get; init; }

    /// <value>In a row.</value>
    public int Failures { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    /// <value>Nothing is sent before.</value>
    public DateTimeOffset? NextAt { get; init; }

    public string? Problem { get; init; }

    /// <value>The address that answered 410. Another address, or an administrator's new try, ends it.</value>
    public string? GoneAt { get; init; }

    /// <value>Administrators were told of this failure.</value>
    public bool Told { get; init; }

    public static CollectionDefinition Definition { get; } = new("webhook-health");

    public static WebhookHealth Well(string webhook) => new() { Webhook = webhook };

    public static Collection<WebhookHealth> In(IDocumentStore store) => new(store, Definition, h => h.Webhook);

    public bool IsGone(Webhook webhook) => GoneAt is not null && GoneAt == webhook.Url;

    public WebhookHealth After(WebhookAnswer answer, Webhook webhook, TimeSpan pause) => answer.Arrived ? Well(Webhook) : this with
    {
        Failures = Failures + 1,
        FailingSince = FailingSince ?? answer.At,
        NextAt = answer.At + pause,
        Problem = answer.Problem,
        GoneAt = answer.Gone ? webhook.Url : GoneAt,
    };
}
