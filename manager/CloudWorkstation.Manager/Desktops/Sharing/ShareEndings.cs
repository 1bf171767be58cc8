using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Events;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>Ends links, with every connection that came by them.</summary>
internal sealed class ShareEndings(SharingDocuments sharing, Changes changes, TimeProvider time)
{
    private const int MostTries = 20;

    /// <summary>Those of a desktop's links that <paramref name="which"/> chooses, in one commit; the result is how many there were.</summary>
    public async Task<Outcome<int>> EndAsync(Actor actor, Desktop desktop, Func<Share, bool> which, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var found = await sharing.ReadAsync(desktop.Id, cancellationToken);
            var living = found.Value.Shares.Where(s => ShareRules.Lives(s, desktop, time.GetUtcNow())).ToList();
            var ended = living.Where(s => !s.IsWatch && which(s)).ToList();
            if (ended.Count == 0)
            {
                return 0;
            }

            var after = found.Value with
            {
                Shares = [.. living.Except(ended)],
                Watchers = [.. found.Value.Watchers.Where(w => ended.All(s => s.Id != w.Share))],
            };
            var set = changes.Begin().Write(sharing.Write(after, found.Version))
                .TellWatchers(found.Value, after, desktop.Owner)
                .EndWatchers(found.Value, after);
            foreach (var share in ended)
            {
                set.Audit(actor, AuditActions.ShareRevoke, $"desktop/{desktop.Id}", AuditResults.Accepted, $"{desktop.OwnerName}'s desktop \"{desktop.Name}\", share {share.Id}");
            }

            if ((await set.CommitAsync(cancellationToken)).Committed)
            {
                return ended.Count;
            }
        }

        return DesktopProblems.Busy;
    }
}
