using CloudWorkstation.Manager.Recordings.Chunks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>
/// Tries the bucket at the start and now and then, and says in the log what is wrong with it and what to do: before somebody who must be recorded
/// finds their desktop closed. While it is wrong it is said every minute, which is what an alarm counts.
/// </summary>
internal sealed partial class RecordingWatch(ChunkStores stores, IOptions<RecordingOptions> options, TimeProvider time, ILogger<RecordingWatch> logger) : BackgroundService
{
    private static readonly TimeSpan WhileGood = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WhileBad = TimeSpan.FromMinutes(1);
    private volatile string? told;

    /// <summary>A recording met it just now; the same is said once.</summary>
    public void Tell(PlaceFault fault)
    {
        if (told != fault.Detail)
        {
            Say(fault);
        }
    }

    public async Task<PlaceFault?> LookAsync(CancellationToken cancellationToken)
    {
        var fault = await stores.Current.CheckAsync(cancellationToken);
        if (fault is not null)
        {
            Say(fault);
        }
        else if (told is not null)
        {
            told = null;
            Log.Mended(logger, options.Value.Bucket);
        }

        return fault;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (options.Value.Bucket is not null)
            {
                await Task.Delay(await LookAsync(stoppingToken) is null ? WhileGood : WhileBad, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private void Say(PlaceFault fault)
    {
        told = fault.Detail;
        Log.Broken(logger, fault.Detail, fault.Fix);
    }

    private static partial class Log
    {
        [LoggerMessage(7101, LogLevel.Error, "No session can be recorded, so none that must be can be opened. {Detail} {Fix}")]
        public static partial void Broken(ILogger logger, string detail, string fix);

        [LoggerMessage(7102, LogLevel.Information, "Sessions can be recorded again in {Bucket}.")]
        public static partial void Mended(ILogger logger, string? bucket);
    }
}
