using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Notifications;

/// <summary>
/// One process of all turns notices and sends deliveries. Every webhook has a lane of its own, so that a slow one holds up nobody else; so many
/// lanes at once, and no more.
/// </summary>
internal sealed partial class NotificationWorker(
    NoticeDispatcher dispatcher,
    WebhookSender sender,
    ISettings<NotificationsSettings> settings,
    Leadership leadership,
    IOptions<NotificationOptions> options,
    TimeProvider time,
    ILogger<NotificationWorker> logger) : BackgroundService
{
    private const int MostLanes = 8;
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, Task> lanes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim places = new(MostLanes);
    private DateTimeOffset askAt = DateTimeOffset.MinValue;
    private bool leads;

    public override void Dispose()
    {
        places.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryAsync(stoppingToken);
                await Task.Delay(options.Value.Poll, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; what is on its way notes down what came of it.
            await Task.WhenAll(lanes.Values);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await LeadsAsync(cancellationToken))
            {
                await dispatcher.DispatchAsync(cancellationToken);
                await OpenLanesAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One failed round must not end the telling; nothing is removed before it is told.
            Log.RoundFailed(logger, e);
        }
    }

    // Half a term before its end, so that no other process takes over from one that is alive; asked as rarely by those that do not lead.
    private async Task<bool> LeadsAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() >= askAt)
        {
            leads = await leadership.HoldAsync("notifications", Term, cancellationToken);
            askAt = time.GetUtcNow() + (Term / 2);
        }

        return leads;
    }

    private async Task OpenLanesAsync(CancellationToken cancellationToken)
    {
        foreach (var webhook in (await settings.CurrentAsync(cancellationToken)).Webhooks.Where(w => w.Enabled))
        {
            if (!lanes.TryGetValue(webhook.Name, out var lane) || lane.IsCompleted)
            {
                lanes[webhook.Name] = Task.Run(() => LaneAsync(webhook.Name, cancellationToken), CancellationToken.None);
            }
        }
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
    }

    private static partial class Log
    {
        [LoggerMessage(2402, LogLevel.Warning, "Telling of what happened failed; trying again.")]
        public static partial void RoundFailed(ILogger logger, Exception e);

        [LoggerMessage(2403, LogLevel.Warning, "Sending to the webhook {Webhook} failed; trying again.")]
        public static partial void LaneFailed(ILogger logger, Exception e, string webhook);
    }
}
