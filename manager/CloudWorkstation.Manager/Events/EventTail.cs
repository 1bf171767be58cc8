using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Events;

/// <summary>
/// Fills the ring at the start, then, where jobs run in other processes, reads what those have stored. The window overlaps generously:
/// an id is made before its commit, so a smaller one may become visible after a greater one; the ring drops what it already has.
/// </summary>
internal sealed class EventTail(EventFeed feed, ManagerOptions options, TimeProvider time, ILogger<EventTail> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await feed.LoadAsync(stoppingToken);
            while (!options.Jobs.Host || options.Jobs.Postgres is not null)
            {
                await Task.Delay(Interval, time, stoppingToken);
                await CatchUpAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await feed.CatchUpAsync(time.GetUtcNow() - Overlap, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The store may be away for a while; the next round reads again.
            logger.LogWarning(e, "Reading the event stream failed; trying again.");
        }
    }
}
