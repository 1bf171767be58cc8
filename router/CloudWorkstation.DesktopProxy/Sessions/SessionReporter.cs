using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>
/// What the api hears of one session, every few seconds: last input, bytes, round trip. The answer may end the session. An api that cannot
/// be reached ends nothing: people keep working while it restarts.
/// </summary>
internal sealed class SessionReporter(DesktopSession session, BrowserReader browser, SessionTraffic traffic, SessionParts parts)
{
    // Where nothing happens, only every so many beats are heard of: 2,000 idle sessions would else be most of what proxy and api do.
    private const int QuietBeats = 4;

    // guacd's own signs of life.
    private const long NextToNothing = 64;

    private static readonly TimeSpan[] CloseRetries = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    private NamedReport? _heard;
    private int _skipped;
    private volatile bool _isOnItsWay;

    /// <value>Timestamp of the next beat; the heartbeat's own.</value>
    public long Due { get; set; }

    /// <summary>Looks after the session.</summary>
    /// <param name="asks">Whether the browser is to be pinged soon.</param>
    /// <returns>What the api should hear, null for nothing.</returns>
    public NamedReport? Beat(out bool asks)
    {
        if (parts.Time.GetElapsedTime(browser.LastHeard) > parts.Settings.SilenceTimeout)
        {
            session.End(SessionEnd.Lost);
        }

        session.Tick();
        asks = IsDue(out var report);
        if (!asks || _isOnItsWay)
        {
            return null;
        }

        _isOnItsWay = true;
        return report;
    }

    /// <summary>Asks the browser for a sign of life, and measures how long that takes.</summary>
    public void Ping() => browser.Ping();

    /// <summary>What became of a report.</summary>
    public void Answered(NamedReport report, Verdict verdict)
    {
        _heard = verdict.IsAgreed ? report : null;
        _isOnItsWay = false;
        if (verdict.IsRefused)
        {
            session.End(verdict.Status == 404 ? SessionEnd.Deleted : SessionEnd.FromReason(verdict.Code));
        }
    }

    public void Fail(Exception e) => session.Fail(e);

    /// <summary>Says how it ended. Tried a few times; after that the api's own patience with silent connections settles it.</summary>
    public async Task CloseAsync(SessionEnd end)
    {
        var report = new CloseReport(end.Word, traffic.LastInputAt, traffic.BytesToBrowser, traffic.BytesToDesktop, browser.RoundTrip?.TotalMilliseconds, traffic.FirstFrameAt);
        foreach (var delay in CloseRetries)
        {
            await Task.Delay(delay, parts.Time);
            if ((await parts.Api.CloseAsync(session.Connection, report, CancellationToken.None)).Status is > 0 and < 500)
            {
                return;
            }
        }
    }

    private bool IsDue(out NamedReport report)
    {
        report = new NamedReport(session.Connection, traffic.LastInputAt, traffic.BytesToBrowser, traffic.BytesToDesktop, browser.RoundTrip?.TotalMilliseconds, traffic.FirstFrameAt);
        var isQuiet = _heard is { } heard && report.LastInputAt == heard.LastInputAt && report.FirstFrameAt == heard.FirstFrameAt
            && report.BytesToBrowser - heard.BytesToBrowser < NextToNothing && report.BytesToDesktop - heard.BytesToDesktop < NextToNothing;
        _skipped = isQuiet && _skipped < QuietBeats - 1 ? _skipped + 1 : 0;
        return _skipped == 0;
    }
}
