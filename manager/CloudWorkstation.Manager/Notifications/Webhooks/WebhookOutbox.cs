using System.Text.Json;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>Makes deliveries.</summary>
internal sealed class WebhookOutbox(IDocumentStore store, SortableIds ids, IOptions<NotificationOptions> options, TimeProvider time)
{
    private readonly Collection<Delivery> deliveries = DeliveryDocuments.In(store);

    public Delivery New(Notice notice, string webhook)
    {
        var now = time.GetUtcNow();
        return new Delivery
        {
            Id = ids.Next(),
            Event = notice.EventId,
            Type = notice.Type,
            Webhook = webhook,
            Payload = JsonSerializer.Serialize(new { id = notice.EventId, type = notice.Type, at = notice.At, data = notice.Data }, ProductJson.Options),
            CreatedAt = now,
            DueAt = now,
            Until = now + options.Value.GiveUpAfter,
        };
    }

    public DocumentWrite Write(Delivery delivery) => deliveries.Add(delivery, delivery.CreatedAt + DeliveryDocuments.Kept);
}
