using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Events;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <inheritdoc cref="IDesktopWatchers"/>
internal sealed class DesktopWatchers(
    DesktopDocuments documents, SharingDocuments sharing, Presence presence, WatchDesk desk, Changes changes, TimeProvider time) : IDesktopWatchers
{
    private const int MostTries = 20;

    public async Task<Outcome<IReadOnlyList<WatcherView>>> ListAsync(Actor actor, string desktop, CancellationToken cancellationToken)
    {
        if (await FindAsync(desktop, cancellationToken) is not { } found)
        {
            return Problem.NotFound("desktop", desktop);
        }

        var watchers = await presence.LiveAsync((await sharing.ReadAsync(desktop, cancellationToken)).Value, cancellationToken);
        return actor.Is(found.Owner) || actor.May(Permissions.DesktopsManage) || watchers.Any(w => actor.Is(w.Account))
            ? Outcome<IReadOnlyList<WatcherView>>.From([.. watchers.Select(w => w.ToView())])
            : Refusal(actor, found, desktop);
    }

    public async Task<Outcome<bool>> RemoveAsync(Actor actor, string desktop, string connection, CancellationToken cancellationToken)
    {
        var owned = await FindAsync(desktop, cancellationToken);
        if (owned is null || !actor.Is(owned.Owner))
        {
            return Refusal(actor, owned, desktop);
        }

        for (var i = 0; i < MostTries; i++)
        {
            var found = await sharing.ReadAsync(desktop, cancellationToken);
            if (found.Value.Watchers.FirstOrDefault(w => w.Connection == connection && w.Share is not null) is not { } sentAway)
            {
                return Problem.NotFound("watcher", connection);
            }

            var after = found.Value with
            {
                Shares = [.. found.Value.Shares.Where(s => s.Id != sentAway.Share || IsForMore(s)).Select(s => s.Id == sentAway.Share ? s with { Removed = [.. s.Removed, sentAway.Account] } : s)],
                Watchers = [.. found.Value.Watchers.Where(w => w.Share != sentAway.Share || w.Account != sentAway.Account)],
            };
            var set = changes.Begin().Write(sharing.Write(after, found.Version))
                .Audit(actor, AuditActions.WatcherRemove, $"desktop/{desktop}", AuditResults.Accepted, $"{sentAway.UserName}, connection {connection}, share {sentAway.Share}")
                .TellWatchers(found.Value, after, owned.Owner)
                .EndWatchers(found.Value, after);
            if ((await set.CommitAsync(cancellationToken)).Committed)
            {
                return true;
            }
        }

        return DesktopProblems.Busy;
    }

    public async Task<Outcome<IReadOnlyList<WatchRequestView>>> RequestsAsync(Actor actor, string desktop, CancellationToken cancellationToken)
    {
        var found = await FindAsync(desktop, cancellationToken);
        if (found is null || !(actor.Is(found.Owner) || actor.May(Permissions.DesktopsConnect)))
        {
            return Refusal(actor, found, desktop);
        }

        var now = time.GetUtcNow();
        var requests = (await sharing.ReadAsync(desktop, cancellationToken)).Value.Requests;
        var visible = requests.Where(r => actor.Is(found.Owner) ? r.StateAt(now) == WatchRequestState.Pending : actor.Is(r.Account));
        return Outcome<IReadOnlyList<WatchRequestView>>.From([.. visible.Select(r => r.ToView(desktop, now))]);
    }

    public async Task<Outcome<WatchRequestView>> AnswerAsync(Actor actor, string desktop, string request, bool allow, CancellationToken cancellationToken)
    {
        var found = await FindAsync(desktop, cancellationToken);
        if (found is null || !actor.Is(found.Owner))
        {
            return Refusal(actor, found, desktop);
        }

        for (var i = 0; i < MostTries; i++)
        {
            if (await desk.TryAnswerAsync(actor, found, request, allow, cancellationToken) is { } answered)
            {
                return answered;
            }
        }

        return DesktopProblems.Busy;
    }

    private async Task<Desktop?> FindAsync(string id, CancellationToken cancellationToken) =>
        DesktopSecrets.IsId(id) ? (await documents.Desktops.GetAsync(id, cancellationToken))?.Value : null;

    private static Problem Refusal(Actor actor, Desktop? desktop, string id) =>
        desktop is not null && DesktopAccess.MaySee(actor, desktop.Owner) ? SharingProblems.NotOwner : Problem.NotFound("desktop", id);

    /// <summary>Whether a share that one person was sent away from is of use to anybody else.</summary>
    private static bool IsForMore(Share share) => !share.IsWatch && !share.SingleUse && share.People.Count != 1;
}
