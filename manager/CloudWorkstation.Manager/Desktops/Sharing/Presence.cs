using CloudWorkstation.Manager.Events;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>
/// Who is at a screen. Joining is part of the commit that opens a connection; leaving follows its end. A connection whose end nobody could tell of (its proxy
/// was killed) is left out as soon as it has not reported for a while.
/// </summary>
internal sealed class Presence(SharingDocuments sharing, DesktopDocuments documents, Changes changes, TimeProvider time)
{
    private const int MostTries = 20;
    private const int MostWatchers = 100;

    /// <summary>Desktop proxies report every few seconds, of which every 30 s one is stored.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>The document with one more watcher, and without those who are gone.</summary>
    public async Task<DesktopSharing> JoinAsync(DesktopSharing before, Connection connection, CancellationToken cancellationToken)
    {
        var role = connection.Account == connection.Owner ? WatcherRole.Owner : IsWatch(before, connection) ? WatcherRole.Admin : WatcherRole.Guest;
        var joined = new Watcher(connection.Id, connection.Account, connection.AccountName, role, connection.Access, connection.ShareId, time.GetUtcNow());
        return before with { Watchers = [.. (await LiveAsync(before, cancellationToken)).TakeLast(MostWatchers - 1), joined] };
    }

    public async Task LeaveAsync(Connection connection, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var found = await sharing.ReadAsync(connection.Desktop, cancellationToken);
            var after = found.Value with { Watchers = [.. found.Value.Watchers.Where(w => w.Connection != connection.Id)] };
            if (after.Watchers.Count == found.Value.Watchers.Count
                || (await changes.Begin().Write(sharing.Write(after, found.Version))
                    .TellWatchers(found.Value, after, connection.Owner ?? connection.Account)
                    .CommitAsync(cancellationToken)).Committed)
            {
                return;
            }
        }
    }

    public async Task<IReadOnlyList<Watcher>> LiveAsync(DesktopSharing found, CancellationToken cancellationToken)
    {
        var connections = await ConnectionsAsync(found.Watchers, cancellationToken);
        return [.. found.Watchers.Where((_, i) => IsLive(connections[i]))];
    }

    private async Task<IReadOnlyList<Connection?>> ConnectionsAsync(IReadOnlyList<Watcher> watchers, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(watchers.Select(w => documents.Connections.GetAsync(w.Connection, cancellationToken)))).Select(c => c?.Value)];

    private bool IsLive(Connection? connection) =>
        connection is { State: ConnectionState.Open } open && time.GetUtcNow() - (open.ReportedAt ?? open.GrantedAt) < Silence;

    /// <summary>What the owner looks through now, with several open the latest; null while they are not connected.</summary>
    public async Task<ScreenEngine?> OwnersEngineAsync(string desktop, CancellationToken cancellationToken)
    {
        var found = (await sharing.ReadAsync(desktop, cancellationToken)).Value;
        var connections = await ConnectionsAsync([.. found.Watchers.Where(w => w.Role == WatcherRole.Owner)], cancellationToken);
        return connections.LastOrDefault(IsLive)?.Engine;
    }

    private static bool IsWatch(DesktopSharing before, Connection connection) => before.Shares.Any(s => s.Id == connection.ShareId && s.IsWatch);
}
