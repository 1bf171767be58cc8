using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>Removes expired documents once a minute, in batches small enough that nobody's commit waits noticeably.</summary>
internal sealed partial class ExpiredDocumentRemoval(SqliteDocumentStore store, TimeProvider time, ILogger<ExpiredDocumentRemoval> logger) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await RemoveAllAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await store.RemoveExpiredAsync(time.GetUtcNow(), Batch, cancellationToken) == Batch)
            {
                await Task.Yield();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A full disk or a busy file is over some time later; the next round tries again.
            Log.RemovalFailed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "Expired documents could not be removed; the next round tries again.")]
        public static partial void RemovalFailed(ILogger logger, Exception error);
    }
}
