using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <inheritdoc cref="IShareOverview"/>
internal sealed class ShareOverview(
    SharingDocuments sharing, DesktopDocuments documents, ShareCheck check, ShareEndings endings, Presence presence, OwnerLookup owners) : IShareOverview
{
    private const int MostPages = 20;
    private const int LongestName = 256;
    private const string Nobody = "nobody";

    private static readonly Problem NotYours = new(ProblemKind.Forbidden, "forbidden", "Your roles do not let you see what others share.");

    public async Task<Outcome<Listing<SharedScreen>>> ListAsync(Actor actor, ShareFilter filter, CancellationToken cancellationToken)
    {
        var (owner, problem) = await ScopeAsync(actor, filter, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var screens = new Dictionary<string, SharedScreen>(StringComparer.Ordinal);
        return await FilteredPages.ReadAsync(
            sharing.Documents,
            sharing.Shared(owner),
            $"shares|{owner}|{filter.Guest}",
            found => filter.Guest is null || IsAbout(filter.Guest, found.Shares.SelectMany(Names).Concat(found.Watchers.Select(w => w.UserName))),
            found => screens[found.Value.Desktop],
            filter.Limit,
            filter.Cursor,
            cancellationToken,
            async (found, token) =>
            {
                var kept = new List<Versioned<DesktopSharing>>();
                foreach (var one in found)
                {
                    if (await ScreenAsync(one.Value, owner, filter.Guest, token) is { } screen)
                    {
                        screens[one.Value.Desktop] = screen;
                        kept.Add(one);
                    }
                }

                return kept;
            });
    }

    public async Task<Outcome<int>> EndAllAsync(Actor actor, string? owner, CancellationToken cancellationToken)
    {
        var (whose, problem) = await ScopeAsync(actor, new ShareFilter { Owner = owner }, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        var (ended, query) = (0, sharing.Shared(whose!) with { Limit = StoreLimits.MaximumPageSize });
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await sharing.Documents.QueryAsync(query, cancellationToken);
            foreach (var desktop in await Task.WhenAll(page.Items.Select(s => documents.Desktops.GetAsync(s.Value.Desktop, cancellationToken))))
            {
                if (desktop?.Value is { } own && own.Owner == whose)
                {
                    var outcome = await endings.EndAsync(actor, own, _ => true, cancellationToken);
                    if (outcome.Problem is { } busy)
                    {
                        return busy;
                    }

                    ended += outcome.Value;
                }
            }

            if (page.NextToken is null)
            {
                break;
            }

            query = query with { PageToken = page.NextToken };
        }

        return ended;
    }

    /// <summary>Null where nobody but the owner may look or looks, or nobody whom the filter means.</summary>
    private async Task<SharedScreen?> ScreenAsync(DesktopSharing found, string? owner, string? guest, CancellationToken cancellationToken)
    {
        if ((await documents.Desktops.GetAsync(found.Desktop, cancellationToken))?.Value is not { } desktop || (owner is not null && desktop.Owner != owner))
        {
            return null;
        }

        var living = new List<Share>();
        foreach (var share in found.Shares.Where(s => !s.IsWatch))
        {
            if (await check.LivesAsync(share, desktop, cancellationToken))
            {
                living.Add(share);
            }
        }

        var watchers = await presence.LiveAsync(found, cancellationToken);
        var others = watchers.Where(w => w.Role != WatcherRole.Owner).Select(w => w.UserName).ToList();
        return living.Count + others.Count > 0 && (guest is null || IsAbout(guest, living.SelectMany(Names).Concat(others)))
            ? new SharedScreen(
                new SharedDesktop(desktop.Id, desktop.Name, new OwnerModel(desktop.Owner, desktop.OwnerName)),
                [.. living.AsEnumerable().Reverse().Select(s => s.ToView())],
                [.. watchers.Select(w => w.ToView())])
            : null;
    }

    /// <summary>The account that is asked about, null for everybody's; or why the actor may not ask.</summary>
    private async Task<(string? Owner, Problem? Problem)> ScopeAsync(Actor actor, ShareFilter filter, CancellationToken cancellationToken)
    {
        if (!filter.Everyone && (filter.Owner is null || actor.Is(filter.Owner) || string.Equals(filter.Owner, actor.UserName, StringComparison.OrdinalIgnoreCase)))
        {
            return (actor.AccountId, null);
        }

        return !actor.May(Permissions.DesktopsManage) ? (null, NotYours)
            : (filter.Everyone ? null : filter.Owner!.Length is > 0 and <= LongestName ? await owners.FindAsync(actor, filter.Owner, cancellationToken) : Nobody, null);
    }

    private static IEnumerable<string> Names(Share share) => share.People.Select(p => p.UserName).Concat(share.UsedBy.Select(u => u.UserName));

    private static bool IsAbout(string guest, IEnumerable<string> names) => names.Contains(guest, StringComparer.OrdinalIgnoreCase);
}
