using System.Collections.Concurrent;
using CloudWorkstation.DesktopProxy.Api;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>
/// One clock for all sessions: it looks after each once in an interval and tells the api of those that have something to tell, many in one request. A timer
/// and a request for each were most of what 2,000 idle sessions cost.
/// </summary>
internal sealed partial class Heartbeat(ProxySettings settings, InternalApi api, TimeProvider time, ILogger<Heartbeat> logger) : BackgroundService
{
    // The sessions' beats are spread over the interval.
    private const int Turns = 10;

    // What one request tells of; the api takes more.
    private const int MostReports = 100;

    // So many browsers are pinged at once.
    private const int MostPings = 10;

    private readonly ConcurrentDictionary<SessionReporter, bool> _reporters = new();
    private int _begun;

    /// <summary>Its first beat comes with the next turn.</summary>
    public void Add(SessionReporter reporter) => _reporters[reporter] = true;

    public void Remove(SessionReporter reporter) => _reporters.TryRemove(reporter, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.ReportInterval / Turns, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var (reports, asking) = Beat();

                // Nobody waits for the api: one that does not answer must not keep the others from their beat.
                foreach (var some in reports.Chunk(MostReports))
                {
                    _ = ReportAsync(some, stoppingToken);
                }

                await PingAsync(asking, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops; its sessions have ended.
        }
    }

    private (List<(SessionReporter Reporter, NamedReport Seen)> Reports, List<SessionReporter> Asking) Beat()
    {
        var (now, reports, asking) = (time.GetTimestamp(), new List<(SessionReporter, NamedReport)>(), new List<SessionReporter>());
        foreach (var (reporter, _) in _reporters)
        {
            if (reporter.Due <= now)
            {
                reporter.Due = Next(reporter.Due, now);
                if (Beat(reporter, out var asks) is { } report)
                {
                    reports.Add((reporter, report));
                }

                if (asks)
                {
                    asking.Add(reporter);
                }
            }
        }

        return (reports, asking);
    }

    /// <summary>A few at a time until the next turn: fifty browsers that answer in the same moment hold everybody's keys up for a millisecond.</summary>
    private async Task PingAsync(List<SessionReporter> asking, CancellationToken cancellationToken)
    {
        var groups = asking.Chunk(MostPings).ToList();
        foreach (var group in groups)
        {
            if (groups.Count > 1)
            {
                await Task.Delay(settings.ReportInterval / Turns / (groups.Count + 1), time, cancellationToken);
            }

            foreach (var reporter in group)
            {
                Ping(reporter);
            }
        }
    }

    private long Next(long due, long now)
    {
        var interval = (long)(settings.ReportInterval.TotalSeconds * time.TimestampFrequency);

        // Those that came at once, after a restart say, part at their first beat.
        return due == 0 ? now + (interval * (1 + (_begun++ % Turns)) / Turns) : Math.Max(due + interval, now);
    }

    private static NamedReport? Beat(SessionReporter reporter, out bool asks)
    {
        try
        {
            return reporter.Beat(out asks);
        }
        catch (Exception e)
        {
            // Whatever it was, only this session may suffer from it.
            reporter.Fail(e);
            asks = false;
            return null;
        }
    }

    private static void Ping(SessionReporter reporter)
    {
        try
        {
            reporter.Ping();
        }
        catch (Exception e)
        {
            reporter.Fail(e);
        }
    }

    private async Task ReportAsync((SessionReporter Reporter, NamedReport Seen)[] reports, CancellationToken cancellationToken)
    {
        IReadOnlyList<Verdict> verdicts;
        try
        {
            verdicts = await api.ReportAsync([.. reports.Select(r => r.Seen)], cancellationToken);
        }
        catch (Exception e)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                Log.Failed(logger, e, reports.Length);
            }

            verdicts = [.. reports.Select(_ => default(Verdict))];
        }

        foreach (var ((reporter, seen), verdict) in reports.Zip(verdicts))
        {
            reporter.Answered(seen, verdict);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Error, "{Count} reports could not be sent")]
        public static partial void Failed(ILogger logger, Exception e, int count);
    }
}
