using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Idle;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>
/// In one process of all: ends recordings whose desktop proxy is gone, and deletes those whose time is over. What it does is decided by the
/// documents alone, so that it goes on where another process died.
/// </summary>
internal sealed class RecordingRounds(
    RecordingDocuments documents,
    DesktopDocuments desktops,
    RecordingEnds ends,
    RecordingWatch watch,
    RecordingStrays strays,
    Leadership leadership,
    TimeProvider time,
    ILogger<RecordingRounds> logger) : BackgroundService
{
    /// <summary>Reports are stored every half minute: a connection that is silent for so long is dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>The last chunks may still be on their way when a connection has closed.</summary>
    public static readonly TimeSpan AfterClosing = TimeSpan.FromMinutes(1);

    private const string Work = "recordings";
    private const int AtOnce = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromDays(1);
    private readonly ClockSteps steps = new(time);
    private long? stepped;
    private DateTimeOffset? nextSweep;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (steps.Look())
        {
            stepped = time.GetTimestamp();
        }

        // A clock that was set makes every report look old, or new: those that live report again meanwhile.
        if (stepped is not { } since || time.GetElapsedTime(since) > Silence)
        {
            await EndDeadAsync(cancellationToken);
        }

        var due = documents.Recordings.Query(RecordingDocuments.ByDue, RecordingDocuments.Ended) with { To = RecordingDocuments.Moment(time.GetUtcNow()) };
        await foreach (var recording in AllAsync(due, cancellationToken))
        {
            await RemoveAsync(recording, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, stoppingToken);
                await TryRunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryRunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await leadership.HoldAsync(Work, 3 * Interval, cancellationToken))
            {
                await RunAsync(cancellationToken);
                await SweepAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What is due stays due; the next round finds it.
            logger.LogWarning(e, "A round over the recordings failed; trying again.");
        }
    }

    /// <summary>Some minutes after the start, then daily.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        nextSweep ??= now + AfterStart;
        if (now >= nextSweep)
        {
            nextSweep = now + BetweenSweeps;
            await strays.SweepAsync(cancellationToken);
        }
    }

    private async Task<bool> IsDeadAsync(Recording recording, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return (await desktops.Connections.GetAsync(recording.Connection, cancellationToken))?.Value switch
        {
            null => now - recording.StartedAt > Silence,
            { ClosedAt: { } closed } => now - closed > AfterClosing,
            var open => now - (open.ReportedAt ?? recording.StartedAt) > Silence,
        };
    }

    private async Task EndDeadAsync(CancellationToken cancellationToken)
    {
        await foreach (var recording in AllAsync(documents.Recordings.Query(RecordingDocuments.ByDue, RecordingDocuments.Open), cancellationToken))
        {
            await EndDeadAsync(recording, cancellationToken);
        }
    }

    private async Task EndDeadAsync(Recording recording, CancellationToken cancellationToken)
    {
        try
        {
            if (await IsDeadAsync(recording, cancellationToken))
            {
                await ends.EndAsync(recording.Id, chunks: null, reason: null, cancellationToken);
            }
        }
        catch (RecordingPlaceException e)
        {
            // What is kept elsewhere goes on; this one stays open and is found again.
            watch.Tell(e.Fault);
        }
    }

    private async Task RemoveAsync(Recording recording, CancellationToken cancellationToken)
    {
        try
        {
            if (recording.State != RecordingState.Expired)
            {
                var told = $"{recording.OwnerName}'s desktop \"{recording.DesktopName}\", kept {recording.RetentionDays} days";
                await ends.ExpireAsync(recording.Id, Actor.System, AuditActions.RecordingExpire, told, cancellationToken);
            }

            await ends.RemoveAsync(recording.Id, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One that cannot be removed must not keep the others.
            logger.LogWarning(e, "The recording {Recording} could not be removed; trying again.", recording.Id);
        }
    }

    private IAsyncEnumerable<Recording> AllAsync(IndexQuery query, CancellationToken cancellationToken) =>
        documents.Recordings.AllAsync(query with { Limit = AtOnce }, cancellationToken).Select(found => found.Value);
}
