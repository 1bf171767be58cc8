using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

public enum DeliveryState
{
    /// <summary>It is tried until it arrives or the time for it is over.</summary>
    Pending,

    Delivered,

    /// <summary>It was tried for as long as deliveries are tried.</summary>
    Failed,
}

/// <summary>One event on its way to one webhook.</summary>
public sealed record Delivery
{
    public required string Id { get; init; }

    /// <value>The receiver's <c>webhook-id</c>: one for all attempts and all webhooks.</value>
    public required string Event { get; init; }

    /// <value>One of <see cref="NoticeTypes"/>.</value>
    public required string Type { get; init; }

    /// <value>The webhook's name.</value>
    public required string Webhook { get; init; }

    /// <value>The body, byte for byte.</value>
    public required string Payload { get; init; }

    public DeliveryState State { get; init; }

    public int Attempts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <value>Not tried after this.</value>
    public required DateTimeOffset Until { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public WebhookAnswer? LastAnswer { get; init; }

    /// <summary>After an attempt: arrived, to be tried again after a wait, or given up.</summary>
    public Delivery After(WebhookAnswer answer, TimeSpan wait)
    {
        var tried = this with { Attempts = Attempts + 1, LastAnswer = answer };
        return answer.Arrived ? tried with { State = DeliveryState.Delivered }
            : answer.At + wait > Until ? tried with { State = DeliveryState.Failed }
            : tried with { DueAt = answer.At + wait };
    }
}

internal static class DeliveryDocuments
{
    public const string Everything = "all";
    public const string All = "all";
    public const string ByWebhook = "webhook";
    public const string Due = "due";
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public static CollectionDefinition Definition { get; } = new("deliveries", All, ByWebhook, Due);

    public static Collection<Delivery> In(IDocumentStore store) => new(store, Definition, d => d.Id, Indexes);

    /// <summary>The order in which deliveries of one webhook are due.</summary>
    public static string Sort(DateTimeOffset due, string id) => $"{due.UtcTicks:x16}{id}";

    private static IEnumerable<IndexEntry> Indexes(Delivery delivery)
    {
        yield return new(All, Everything, delivery.Id);
        yield return new(ByWebhook, delivery.Webhook, delivery.Id);
        if (delivery.State == DeliveryState.Pending)
        {
            yield return new(Due, delivery.Webhook, Sort(delivery.DueAt, delivery.Id));
        }
    }
}
