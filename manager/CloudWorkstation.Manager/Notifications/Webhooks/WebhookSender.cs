using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>
/// Sends what is due to one webhook after the other's answer, in the order in which it is due. A delivery that fails waits for its next turn and lets the
/// others pass; the webhook as a whole pauses after a failure, so that one that is down is asked now and then and not once for all that waits
/// for it.
/// </summary>
internal sealed partial class WebhookSender(
    IDocumentStore store, ISettings<NotificationsSettings> settings, WebhookClient client, INotices notices, IOptions<NotificationOptions> options, TimeProvider time, ILogger<WebhookSender> logger)
{
    private const int MostInOneTurn = 50;
    private const int PageSize = 10;
    private readonly Collection<Delivery> deliveries = DeliveryDocuments.In(store);
    private readonly Collection<WebhookHealth> healths = WebhookHealth.In(store);

    /// <summary>One turn of one webhook. Returns whether there may be more to send at once.</summary>
    public async Task<bool> SendDueAsync(string webhook, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < MostInOneTurn;)
        {
            var due = await DueAsync(webhook, cancellationToken);
            foreach (var delivery in due)
            {
                // Looked at before every request: the settings and the health may be others than a moment ago.
                if (await ReadyAsync(webhook, cancellationToken) is not { } ready)
                {
                    return false;
                }

                if (!await SendAsync(ready, delivery, cancellationToken))
                {
                    return false;
                }

                sent++;
            }

            if (due.Count == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>When there is something to send to the webhook; null when nothing waits, or nothing may be sent.</summary>
    public async Task<DateTimeOffset?> NextAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        if ((await deliveries.QueryAsync(deliveries.Query(DeliveryDocuments.Due, webhook.Name) with { Limit = 1 }, cancellationToken)).Items is not [var first])
        {
            return null;
        }

        var health = (await healths.GetAsync(webhook.Name, cancellationToken))?.Value;
        return health?.IsGone(webhook) == true ? null
            : health?.NextAt > first.Value.DueAt ? health.NextAt
            : first.Value.DueAt;
    }

    private async Task<Webhook?> ReadyAsync(string name, CancellationToken cancellationToken)
    {
        var webhook = (await settings.CurrentAsync(cancellationToken)).Webhooks.FirstOrDefault(w => w.Name == name);
        if (webhook is not { Enabled: true })
        {
            return null;
        }

        var health = await healths.GetAsync(name, cancellationToken);
        return health is null || (!health.Value.IsGone(webhook) && !(time.GetUtcNow() < health.Value.NextAt)) ? webhook : null;
    }

    // The list may show what was sent a moment ago: each is read by its key.
    private async Task<List<Versioned<Delivery>>> DueAsync(string webhook, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var page = await deliveries.QueryAsync(
            deliveries.Query(DeliveryDocuments.Due, webhook) with { To = DeliveryDocuments.Sort(now.AddTicks(1), ""), Limit = PageSize }, cancellationToken);
        List<Versioned<Delivery>> due = [];
        foreach (var listed in page.Items)
        {
            if (await deliveries.GetAsync(listed.Value.Id, cancellationToken) is { Value.State: DeliveryState.Pending } current && current.Value.DueAt <= now)
            {
                due.Add(current);
            }
        }

        return due;
    }

    /// <summary>One attempt; false when the webhook did not take it.</summary>
    private async Task<bool> SendAsync(Webhook webhook, Versioned<Delivery> delivery, CancellationToken cancellationToken)
    {
        var answer = delivery.Value.Until < time.GetUtcNow()
            ? new WebhookAnswer { At = time.GetUtcNow(), Problem = "The time for it was over before it could be tried." }
            : await client.PostAsync(webhook, delivery.Value.Event, delivery.Value.Payload, cancellationToken);

        // What was sent is sent: also a process that stops now notes it down.
        await RecordAsync(webhook, delivery, answer);
        if (!answer.Arrived)
        {
            Log.NotTaken(logger, delivery.Value.Event, webhook.Name, answer.Problem);
        }

        return answer.Arrived;
    }

    private async Task RecordAsync(Webhook webhook, Versioned<Delivery> delivery, WebhookAnswer answer)
    {
        var random = Random.Shared.NextDouble();
        for (Versioned<Delivery>? current = delivery; current is { Value.State: DeliveryState.Pending };)
        {
            var next = current.Value.After(answer, DeliverySchedule.Wait(options.Value.RetryDelay, current.Value.Attempts, answer, random));
            List<DocumentWrite> writes = [deliveries.Replace(next, current.Version, next.CreatedAt + DeliveryDocuments.Kept), .. await HealthAsync(webhook, answer, random)];
            if ((await store.CommitAsync(writes, CancellationToken.None)).Committed)
            {
                return;
            }

            // Somebody asked for it to be sent again meanwhile, or another process has tried it too.
            current = await deliveries.GetAsync(delivery.Value.Id, CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<DocumentWrite>> HealthAsync(Webhook webhook, WebhookAnswer answer, double random)
    {
        var stored = await healths.GetAsync(webhook.Name, CancellationToken.None);
        var before = stored?.Value ?? WebhookHealth.Well(webhook.Name);
        var after = before.After(answer, webhook, DeliverySchedule.Pause(options.Value.RetryDelay, before.Failures, answer, random));
        if (after == before)
        {
            return [];
        }

        var tell = after is { Told: false, FailingSince: { } since } && (after.IsGone(webhook) || answer.At - since >= options.Value.AlarmAfter);
        after = after with { Told = after.Told || tell };
        var write = stored is null ? healths.Add(after) : healths.Replace(after, stored.Version);
        return tell ? [write, notices.DeliveryFailing($"webhook/{webhook.Name}", after.FailingSince!.Value, after.Problem ?? "")] : [write];
    }

    private static partial class Log
    {
        [LoggerMessage(2401, LogLevel.Warning, "Event {Event} was not taken by the webhook {Webhook}: {Problem}")]
        public static partial void NotTaken(ILogger logger, string @event, string webhook, string? problem);
    }
}
