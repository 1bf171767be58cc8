using CloudWorkstation.DesktopProxy.Access;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Sessions;

/// <summary>
/// Follows the api's feed and ends sessions as it says. A feed that breaks ends nothing; the snapshot after the reconnection
/// tells what was missed.
/// </summary>
internal sealed partial class FeedSubscriber(
    InternalApi api, SigningKeys keys, TargetKey targetKey, Revocations revocations, SessionRegistry sessions, Readiness readiness, TimeProvider time, ILogger<FeedSubscriber> logger)
    : BackgroundService
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private HashSet<string>? _snapshot;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var failures = 0; !stoppingToken.IsCancellationRequested; failures++)
        {
            try
            {
                await keys.RefreshAsync(stoppingToken);
                await targetKey.LoadAsync(stoppingToken);
                if (!targetKey.IsLoaded)
                {
                    await DelayAsync(failures, stoppingToken);
                    continue;
                }

                await foreach (var message in FeedReader.ReadAsync(await api.FeedAsync(stoppingToken), Silence, time, stoppingToken))
                {
                    failures = 0;
                    await HandleAsync(message, stoppingToken);
                }

                Log.Broken(logger, "it ended");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
            {
                if (!stoppingToken.IsCancellationRequested)
                {
                    Log.Broken(logger, e.Message);
                }
            }

            readiness.IsSynced = false;
            _snapshot = null;
            await DelayAsync(failures, stoppingToken);
        }
    }

    private async Task HandleAsync(FeedMessage message, CancellationToken cancellationToken)
    {
        switch (message.Event)
        {
            case "route" when message.Desktop is { } desktop:
                HandleRoute(desktop, message.State);
                break;
            case "unroute" when message.Desktop is { } desktop:
                sessions.EndWhere(s => s.Desktop == desktop, SessionEnd.Deleted);
                break;
            case "revoke" when message.SessionId is { } session:
                revocations.Add(session, message.Until ?? time.GetUtcNow().AddHours(1));
                sessions.EndWhere(s => s.SessionId == session, SessionEnd.SignedOut);
                break;
            case "end" when (message.Desktop ?? message.Connection ?? message.SessionId) is not null:
                sessions.EndWhere(s => Matches(s, message), SessionEnd.FromReason(message.Reason));
                break;
            case "keys":
                await keys.RefreshAsync(cancellationToken);
                break;
            case "synced":
                HandleSynced();
                break;
        }
    }

    // Every member that is named must match.
    private static bool Matches(DesktopSession session, FeedMessage message) =>
        (message.Desktop is null || message.Desktop == session.Desktop)
        && (message.Connection is null || message.Connection == session.Connection)
        && (message.SessionId is null || message.SessionId == session.SessionId);

    private void HandleRoute(string desktop, string? state)
    {
        if (!readiness.IsSynced)
        {
            (_snapshot ??= new(StringComparer.Ordinal)).Add(desktop);
        }

        if (state is "stopping" or "stopped")
        {
            sessions.EndWhere(s => s.Desktop == desktop, SessionEnd.Stopped);
        }
        else if (state is "deleting" or "deleted")
        {
            sessions.EndWhere(s => s.Desktop == desktop, SessionEnd.Deleted);
        }
    }

    private void HandleSynced()
    {
        // What the snapshot does not name was removed while nobody listened.
        var known = _snapshot ?? [];
        sessions.EndWhere(s => !known.Contains(s.Desktop), SessionEnd.Deleted);
        _snapshot = null;
        readiness.IsSynced = true;
        Log.Synced(logger, known.Count);
    }

    private async Task DelayAsync(int failures, CancellationToken cancellationToken)
    {
        var delay = TimeSpan.FromMilliseconds(Math.Min(200 * (1 << Math.Min(failures, 10)), LongestDelay.TotalMilliseconds));
        try
        {
            await Task.Delay(delay, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Information, "The feed is in step, {Routes} routes")]
        public static partial void Synced(ILogger logger, int routes);

        [LoggerMessage(41, LogLevel.Warning, "The feed broke off: {Reason}")]
        public static partial void Broken(ILogger logger, string reason);
    }
}
