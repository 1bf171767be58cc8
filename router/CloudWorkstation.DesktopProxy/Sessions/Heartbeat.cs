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
                // Nobody waits for the api: one that does not answer must not keep the others from their beat.
                foreach (var reports in Beat().Chunk(MostReports))
                {
                    _ = ReportAsync(reports, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops; its sessions have ended.
        }
    }

    private List<Report> Beat()
    {
        var (now, reports) = (time.GetTimestamp(), new List<Report>());
        foreach (var (reporter, _) in _reporters)
        {
            if (reporter.Due <= now)
            {
                reporter.Due = Next(reporter.Due, now);
                if (Beat(reporter) is { } report)
                {
                    reports.Add(new Report(reporter, report));
                }
            }
        }

        return reports;
    }

    private long Next(long due, long now)
    {
        var interval = (long)(settings.ReportInterval.TotalSeconds * time.TimestampFrequency);

        // Those that came at once, after a restart say, part at their first beat.
        return due == 0 ? now + (interval * (1 + (_begun++ % Turns)) / Turns) : Math.Max(due + interval, now);
    }

    private static SessionReport? Beat(SessionReporter reporter)
    {
        try
        {
            return reporter.Beat();
        }
        catch (Exception e)
        {
            // Whatever it was, only this session may suffer from it.
            reporter.Fail(e);
            return null;
        }
    }

    private async Task ReportAsync(Report[] reports, CancellationToken cancellationToken)
    {
        IReadOnlyList<Verdict> verdicts;
        try
        {
            verdicts = await api.ReportAsync([.. reports.Select(r => r.Named())], cancellationToken);
        }
        catch (Exception e)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                Log.Failed(logger, e, reports.Length);
            }

            verdicts = [.. reports.Select(_ => default(Verdict))];
        }

        foreach (var (report, verdict) in reports.Zip(verdicts))
        {
            report.Reporter.Answered(report.Seen, verdict);
        }
    }

    private sealed record Report(SessionReporter Reporter, SessionReport Seen)
    {
        public NamedReport Named() => new(Reporter.Connection, Seen.LastInputAt, Seen.BytesToBrowser, Seen.BytesToDesktop, Seen.RoundTripMilliseconds, Seen.FirstFrameAt);
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Error, "{Count} reports could not be sent")]
        public static partial void Failed(ILogger logger, Exception e, int count);
    }
}
