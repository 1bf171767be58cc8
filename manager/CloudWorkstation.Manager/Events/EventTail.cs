using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Events;

/// <summary>
/// Fills the ring at the start, then, where jobs run in other processes, reads what those have stored. The window overlaps: an
/// id is made before its commit, so a smaller one may become visible after a greater one, by seconds when the store is slow. Most looks reach
/// back a little, because they are paid for by the byte; every twentieth reaches back far. The ring drops what it already has.
/// </summary>
internal sealed class EventTail(EventFeed feed, CommitSignals signals, ManagerOptions options, TimeProvider time, ILogger<EventTail> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(3);

    // An index that is behind for longer than the usual window is caught up with by a wider one now and then.
    private static readonly TimeSpan WideOverlap = TimeSpan.FromMinutes(2);
    private const int WideEvery = 20;

    // What the process before this one wrote last may show in the index only after this one has read it.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await feed.LoadAsync(stoppingToken);
            var settled = time.GetUtcNow() + Settling;
            for (var round = 1; OthersWrite || time.GetUtcNow() < settled; round++)
            {
                await Task.Delay(Interval, time, stoppingToken);
                await CatchUpAsync(round % WideEvery == 0 ? WideOverlap : Overlap, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private bool OthersWrite => !options.Jobs.Host || options.Jobs.Postgres is not null;

    private async Task CatchUpAsync(TimeSpan overlap, CancellationToken cancellationToken)
    {
        try
        {
            if (await feed.CatchUpAsync(time.GetUtcNow() - overlap, cancellationToken))
            {
                // Where something happened there may be somebody to be told of it.
                signals.Raise(NoticeDocuments.Definition.Name);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The store may be away for a while; the next round reads again.
            logger.LogWarning(e, "Reading the event stream failed; trying again.");
        }
    }
}
