using System.Collections.Concurrent;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Notifications;

/// <summary>
/// Every process turns the notices that it finds, which bears that others do too; one process of all sends deliveries. Every webhook has a lane of
/// its own, so that a slow one holds up nobody else; so many lanes at once, and no more.
/// </summary>
internal sealed partial class NotificationWorker(
    NoticeDispatcher dispatcher,
    WebhookSender sender,
    ISettings<NotificationsSettings> settings,
    Leadership leadership,
    IOptions<NotificationOptions> options,
    CommitSignals signals,
    TimeProvider time,
    ILogger<NotificationWorker> logger)
    : Rounds(signals, time, logger, NoticeDocuments.Definition.Name, DeliveryDocuments.Definition.Name, WebhookHealth.Definition.Name, SettingsDocument.Definition.Name)
{
    private const int MostLanes = 8;
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, Task> lanes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim places = new(MostLanes);
    private readonly TimeProvider time = time;

    protected override TimeSpan Poll => options.Value.Poll;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // What is on its way notes down what came of it, if the process has the time.
        await Task.WhenAll(lanes.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        places.Dispose();
        base.Dispose();
    }

    protected override async Task<DateTimeOffset?> RoundAsync(bool own, CancellationToken cancellationToken)
    {
        await dispatcher.DispatchAsync(cancellationToken);
        DateTimeOffset? next = null;
        foreach (var webhook in (await settings.CurrentAsync(cancellationToken)).Webhooks.Where(w => w.Enabled))
        {
            if (lanes.TryGetValue(webhook.Name, out var lane) && !lane.IsCompleted)
            {
                // It looks around again when it ends.
                continue;
            }

            var due = await sender.NextAsync(webhook, cancellationToken);
            if (due <= time.GetUtcNow() && await leadership.HoldAsync("notifications", Term, cancellationToken))
            {
                lanes[webhook.Name] = Task.Run(() => LaneAsync(webhook.Name, cancellationToken), CancellationToken.None);
                continue;
            }

            next = next < due ? next : due ?? next;
        }

        return next;
    }

    private async Task LaneAsync(string webhook, CancellationToken cancellationToken)
    {
        try
        {
            for (var more = true; more;)
            {
                await places.WaitAsync(cancellationToken);
                try
                {
                    more = await sender.SendDueAsync(webhook, cancellationToken);
                }
                finally
                {
                    places.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (Exception e)
        {
            // The next round opens the lane again.
            Log.LaneFailed(logger, e, webhook);
        }
        finally
        {
            // Off the list before the round looks, or it would take the lane for open still.
            lanes.TryRemove(webhook, out _);
            Wake();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2403, LogLevel.Warning, "Sending to the webhook {Webhook} failed; trying again.")]
        public static partial void LaneFailed(ILogger logger, Exception e, string webhook);
    }
}
