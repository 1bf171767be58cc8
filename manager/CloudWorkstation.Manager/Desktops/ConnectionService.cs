using System.Net;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Bans;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Desktops.Timeline;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Metrics;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// The desktop proxy's side of a connection. Reports come every few seconds and mostly only read; what they saw is stored now and then.
/// </summary>
internal sealed class ConnectionService(
    DesktopDocuments documents,
    ISessionPolicies policies,
    ISessionService sessions,
    IBans bans,
    IAuditLog audit,
    AccountUserStore accounts,
    UsageFacts usage,
    FirstLooks looks,
    RecordingStart recordings,
    SharingDocuments sharing,
    ShareCheck shares,
    Presence presence,
    Changes changes,
    TimeProvider time) : IConnectionService
{
    private const int MostTries = 5;
    private const int MostJoins = 50;
    private static readonly TimeSpan StoreEvery = TimeSpan.FromSeconds(30);

    public async Task<Outcome<OpenedConnection>> OpenAsync(string connectionId, CancellationToken cancellationToken)
    {
        if (await FindAsync(connectionId, cancellationToken) is not { } found)
        {
            return Problem.NotFound("connection", connectionId);
        }

        var now = time.GetUtcNow();
        if (found.Value.State != ConnectionState.Granted || found.Value.ExpiresAt <= now)
        {
            return await RefuseAsync(found.Value, TokenUsed, cancellationToken);
        }

        var (desktop, reason) = await CheckAsync(found.Value, cancellationToken);
        if (desktop is null || reason is not null)
        {
            var refusal = desktop is { Status: not DesktopStatus.Running } ? DesktopProblems.NotRunning(desktop.Status) : Ended(reason!);
            return await RefuseAsync(found.Value, refusal, cancellationToken);
        }

        var session = await policies.EffectiveAsync(desktop, cancellationToken);
        if (await recordings.RefusalAsync(session, cancellationToken) is { } unrecorded)
        {
            return await RefuseAsync(found.Value, unrecorded, cancellationToken);
        }

        var opened = found.Value with { State = ConnectionState.Open, OpenedAt = now, ReportedAt = now, Session = session, Start = await looks.UnseenAsync(desktop, cancellationToken) };
        var recording = recordings.Begin(opened, desktop, session);
        if (await JoinAsync(desktop, opened, found.Version, recording?.Writes ?? [], cancellationToken) is { } problem)
        {
            return await RefuseAsync(found.Value, problem, cancellationToken);
        }

        ProductMetrics.ConnectionOpened();
        if (Uses(opened))
        {
            await documents.ChangeActivityAsync(desktop.Id, a => a with { LastConnectedAt = now, LastOpenedAt = now }, cancellationToken);
        }

        return new OpenedConnection(session, opened.AccountName)
        {
            Access = ShareRules.Word(opened.Access),
            EndsAt = session.MaximumSessionMinutes is { } minutes ? now.AddMinutes(minutes) : null,
            Recording = recording?.Order,
        };
    }

    /// <summary>
    /// One commit: the connection is open, its share still lets it in, and everybody hears who is there. The connection's own condition makes the token
    /// single-use: of two that open at once, one finds another version.
    /// </summary>
    private async Task<Problem?> JoinAsync(Desktop desktop, Connection opened, long version, IReadOnlyList<DocumentWrite> besides, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostJoins; i++)
        {
            var there = await sharing.ReadAsync(desktop.Id, cancellationToken);
            if (await shares.ReasonAsync(opened, desktop, there.Value, cancellationToken) is { } reason)
            {
                return Ended(reason);
            }

            var joined = await presence.JoinAsync(there.Value, opened, cancellationToken);
            var set = changes.Begin()
                .Write(documents.Connections.Replace(opened, version, opened.OpenedAt + DesktopDocuments.ConnectionsKept))
                .Write(sharing.Write(joined, there.Version))
                .Write(Entry(opened, AuditActions.ConnectionOpen, AuditResults.Accepted, $"{desktop.OwnerName}'s desktop \"{desktop.Name}\", connection {opened.Id}"))
                .Write(usage.Connected(opened.Account))
                .TellWatchers(there.Value, joined, desktop.Owner);
            foreach (var write in besides)
            {
                set.Write(write);
            }

            var result = await set.CommitAsync(cancellationToken);
            if (result.Committed)
            {
                return null;
            }

            if (result.Failed.Contains(0))
            {
                return TokenUsed;
            }
        }

        return DesktopProblems.Busy;
    }

    /// <summary>A guest who works in a desktop uses it as its owner does; who may only look does not keep it running.</summary>
    private static bool Uses(Connection connection) => connection.Access == ScreenAccess.Control;

    public async Task<Outcome<bool>> ReportAsync(string connectionId, ConnectionReport report, CancellationToken cancellationToken)
    {
        if (await FindAsync(connectionId, cancellationToken) is not { } found)
        {
            return Ended("token");
        }

        if (found.Value.State != ConnectionState.Open)
        {
            return Ended(found.Value.Reason ?? "token");
        }

        var (desktop, reason) = await CheckAsync(found.Value, cancellationToken);
        if (reason is not null)
        {
            return Ended(reason);
        }

        if (found.Value.Session is { } opened && SessionRules.IsOutgrown(opened, await policies.EffectiveAsync(desktop!, cancellationToken)))
        {
            return Ended("policy-changed");
        }

        // Input after a pause is stored at once: the desktop may be about to be stopped for being idle.
        var stored = found.Value.LastInputAt ?? found.Value.OpenedAt ?? DateTimeOffset.MinValue;
        var seen = report.FirstFrameAt is not null && found.Value is { Start: not null, FirstFrameAt: null };
        if (seen || IsFar(time.GetUtcNow(), found.Value.ReportedAt ?? DateTimeOffset.MinValue) || (report.LastInputAt is { } input && IsFar(input, stored) && input != found.Value.LastInputAt))
        {
            await StoreAsync(found, report, c => c, cancellationToken);
        }

        return true;
    }

    public async Task CloseAsync(string connectionId, string reason, ConnectionReport report, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await FindAsync(connectionId, cancellationToken) is not { Value.State: not ConnectionState.Closed } found)
            {
                return;
            }

            if (await StoreAsync(found, report, c => c with { State = ConnectionState.Closed, ClosedAt = time.GetUtcNow(), Reason = Cut(reason) }, cancellationToken, Closed))
            {
                if (found.Value.State == ConnectionState.Open)
                {
                    ProductMetrics.ConnectionClosed(Cut(reason));
                    await presence.LeaveAsync(found.Value, cancellationToken);
                }

                return;
            }
        }
    }

    private static Problem TokenUsed { get; } =
        new(ProblemKind.Conflict, "token_used", "This right to connect was used already or is too old. Ask for another.");

    private static Problem Ended(string reason) => new(ProblemKind.Conflict, reason, $"The connection must end: {reason}.");

    private static string Cut(string reason) => reason.Length <= 64 ? reason : reason[..64];

    private async Task<Versioned<Connection>?> FindAsync(string id, CancellationToken cancellationToken) =>
        Operations.OperationIds.IsOne(id) ? await documents.Connections.GetAsync(id, cancellationToken) : null;

    /// <summary>The desktop, and the reason why a connection to it must not be, null when it may.</summary>
    private async Task<(Desktop? Desktop, string? Reason)> CheckAsync(Connection connection, CancellationToken cancellationToken)
    {
        var desktop = await documents.Desktops.GetAsync(connection.Desktop, cancellationToken);
        if (desktop is null)
        {
            return (null, "deleted");
        }

        if (desktop.Value.Status != DesktopStatus.Running)
        {
            return (desktop.Value, desktop.Value.Status == DesktopStatus.Deleting ? "deleted" : "stopped");
        }

        if (connection.Owner is { } owner && owner != desktop.Value.Owner)
        {
            return (desktop.Value, "transferred");
        }

        var isIn = await SessionLivesAsync(connection, cancellationToken) && !await IsBannedAsync(connection, cancellationToken);
        return (desktop.Value, isIn ? await shares.ReasonAsync(connection, desktop.Value, cancellationToken) : "signed-out");
    }

    // Of an account a ban ends the sessions; of a network it ends what is open from there, and the sessions go on elsewhere.
    private async Task<bool> IsBannedAsync(Connection connection, CancellationToken cancellationToken) =>
        IPAddress.TryParse(connection.Address, out var address) && await bans.OfAddressAsync(address, cancellationToken) is not null;

    // Disabling an account, or taking its role, ends its sessions; so this one question covers all three.
    private async Task<bool> SessionLivesAsync(Connection connection, CancellationToken cancellationToken) =>
        connection.SessionId is null
            ? await accounts.FindByIdAsync(connection.Account, cancellationToken) is { Disabled: false }
            : await sessions.FindLiveAsync(connection.Account, connection.SessionId, cancellationToken) is not null;

    private async Task<Problem> RefuseAsync(Connection connection, Problem problem, CancellationToken cancellationToken)
    {
        await documents.Connections.Store.CommitAsync(
            [Entry(connection, AuditActions.ConnectionOpen, AuditResults.Refused, $"{problem.Code}, connection {connection.Id}")], cancellationToken);
        return problem;
    }

    private DocumentWrite Entry(Connection connection, string action, string result, string detail) =>
        audit.Entry(new Actor(connection.Account, connection.AccountName, [], [], connection.SessionId, connection.Address), action, $"desktop/{connection.Desktop}", result, detail);

    /// <summary>A right to connect that nobody used has no end worth an entry.</summary>
    private IReadOnlyList<DocumentWrite> Closed(Connection connection) => connection is { OpenedAt: { } opened, ClosedAt: { } closed }
        ? [Entry(connection, AuditActions.ConnectionClose, AuditResults.Accepted, $"{connection.Reason} after {(closed - opened).ToString("hh\\:mm\\:ss")}, {connection.BytesToBrowser} bytes to the browser, {connection.BytesToDesktop} to the desktop, connection {connection.Id}")]
        : [];

    private async Task<bool> StoreAsync(
        Versioned<Connection> found,
        ConnectionReport report,
        Func<Connection, Connection> change,
        CancellationToken cancellationToken,
        Func<Connection, IReadOnlyList<DocumentWrite>>? also = null)
    {
        var now = time.GetUtcNow();
        var next = change(found.Value with
        {
            ReportedAt = now,
            LastInputAt = Later(found.Value.LastInputAt, report.LastInputAt, now),
            BytesToBrowser = Math.Max(found.Value.BytesToBrowser, report.BytesToBrowser),
            BytesToDesktop = Math.Max(found.Value.BytesToDesktop, report.BytesToDesktop),
            FirstFrameAt = found.Value.FirstFrameAt ?? FirstLooks.Bounded(report.FirstFrameAt, found.Value.OpenedAt, now),
        });
        IReadOnlyList<DocumentWrite> counted = IsNewHour(found.Value.ReportedAt, now) ? [usage.Connected(next.Account)] : [];
        var result = await documents.Connections.Store.CommitAsync(
            [documents.Connections.Replace(next, found.Version, now + DesktopDocuments.ConnectionsKept), .. counted, .. await looks.SeenAsync(found.Value, next, cancellationToken), .. also?.Invoke(next) ?? []],
            cancellationToken);
        if (result.Committed && Uses(next))
        {
            await documents.ChangeActivityAsync(next.Desktop, a => a with { LastConnectedAt = now, LastInputAt = Later(a.LastInputAt, report.LastInputAt, now) }, cancellationToken);
        }

        return result.Committed;
    }

    // Who stays connected is there in each hour, not only in the first.
    private static bool IsNewHour(DateTimeOffset? before, DateTimeOffset now) => before is { } then && (then.UtcDateTime.Hour != now.UtcDateTime.Hour || then.UtcDateTime.Date != now.UtcDateTime.Date);

    // In either direction: a clock that was set back must not keep what happens from being known.
    private static bool IsFar(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() >= StoreEvery;

    // A proxy whose clock is ahead, or a clock that was set back, must not make a desktop look used in the future.
    private static DateTimeOffset? Later(DateTimeOffset? known, DateTimeOffset? reported, DateTimeOffset now)
    {
        var (before, after) = (known > now ? now : known, reported > now ? now : reported);
        return after is null || before >= after ? before : after;
    }
}
