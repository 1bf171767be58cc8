using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Desktops.Idle;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Finds desktops for a person: their own, for admins everyone's. Somebody else's is not found.</summary>
internal sealed class DesktopReader(DesktopDocuments documents, OwnerLookup owners)
{
    private const int MostPages = 20;
    private const int AtOnce = 32;

    /// <summary>As stored, without activity; null when there is none that the actor may see.</summary>
    public async Task<Versioned<Desktop>?> FindAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        DesktopSecrets.IsId(id) && await documents.Desktops.GetAsync(id, cancellationToken) is { } found && DesktopAccess.MaySee(actor, found.Value.Owner) ? found : null;

    public async Task<Outcome<DesktopView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        await FindAsync(actor, id, cancellationToken) is { } found
            ? await WithActivityAsync(new DesktopView(found.Value, found.Version), cancellationToken)
            : Problem.NotFound("desktop", id);

    public async Task<Outcome<Listing<DesktopView>>> ListAsync(Actor actor, DesktopFilter filter, CancellationToken cancellationToken)
    {
        var (owner, problem) = await ScopeAsync(actor, filter, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        if (owner is null && !filter.Everyone)
        {
            return new Listing<DesktopView>([], null);
        }

        var page = await FilteredPages.ReadAsync(
            documents.Desktops,
            Partition(owner, filter) with { Descending = true },
            $"desktops|{owner}|{filter.Status}|{filter.Template}|{filter.Search}|{filter.CreatedBefore:O}|{filter.UnusedSince:O}",
            d => Matches(d, owner, filter),
            d => new DesktopView(d.Value, d.Version),
            filter.Limit,
            filter.Cursor,
            cancellationToken,
            filter.UnusedSince is { } since ? (found, token) => UnusedAsync(found, since, token) : null);
        return page.Succeeded
            ? new Listing<DesktopView>(await Task.WhenAll(page.Value.Items.Select(v => WithActivityAsync(v, cancellationToken))), page.Value.Cursor)
            : page;
    }

    /// <summary>
    /// Everything that a filter matches, for a change of all of it. Reads the whole index partition in large pages, up to a bound.
    /// </summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="filter">Limit and cursor do not count.</param>
    /// <param name="most">More than so many are a problem.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Outcome<IReadOnlyList<Desktop>>> SelectAsync(Actor actor, DesktopFilter filter, int most, CancellationToken cancellationToken)
    {
        var (owner, problem) = await ScopeAsync(actor, filter, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        if (owner is null && !filter.Everyone)
        {
            return Outcome<IReadOnlyList<Desktop>>.From([]);
        }

        var selected = new List<Desktop>();
        var query = Partition(owner, filter) with { Descending = true, Limit = StoreLimits.MaximumPageSize };
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await documents.Desktops.QueryAsync(query, cancellationToken);
            var matching = page.Items.Where(d => Matches(d.Value, owner, filter));
            selected.AddRange((filter.UnusedSince is { } since ? await UnusedAsync(matching, since, cancellationToken) : matching).Select(d => d.Value));
            if (selected.Count > most)
            {
                break;
            }

            if (page.NextToken is null)
            {
                return selected;
            }

            query = query with { PageToken = page.NextToken };
        }

        return Problem.Invalid(new FieldError("filter", $"The filter matches, or has to look through, too many desktops. Narrow it until it matches at most {most}."));
    }

    /// <summary>Whether a desktop is still one that the filter means.</summary>
    public async Task<bool> StillMatchesAsync(Versioned<Desktop> desktop, string? owner, DesktopFilter filter, CancellationToken cancellationToken) =>
        Matches(desktop.Value, owner, filter)
        && (filter.UnusedSince is not { } since || (await UnusedAsync([desktop], since, cancellationToken)).Count > 0);

    /// <summary>The account that a filter is about, null for everybody's; or why the actor may not ask.</summary>
    public async Task<(string? Owner, Problem? Problem)> ScopeAsync(Actor actor, DesktopFilter filter, CancellationToken cancellationToken) => filter.Everyone
        ? (null, actor.May(Permissions.DesktopsRead) ? null : new Problem(ProblemKind.Forbidden, "forbidden", "Your roles do not let you see everyone's desktops."))
        : (await OwnerAsync(actor, filter.Owner, cancellationToken), null);

    private async Task<IReadOnlyList<Versioned<Desktop>>> UnusedAsync(IEnumerable<Versioned<Desktop>> desktops, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var unused = new List<Versioned<Desktop>>();
        foreach (var some in desktops.Where(d => d.Value.CreatedAt < since).Chunk(AtOnce))
        {
            var uses = await Task.WhenAll(some.Select(d => documents.Activity.GetAsync(d.Value.Id, cancellationToken)));
            unused.AddRange(some.Where((d, i) => uses[i]?.Value.LastConnectedAt is not { } used || used < since));
        }

        return unused;
    }

    private static bool Matches(Desktop desktop, string? owner, DesktopFilter filter) =>
        (owner is null || desktop.Owner == owner)
        && (filter.Status is null || desktop.Status == filter.Status)
        && (filter.Template is null || desktop.Template == filter.Template)
        && (filter.CreatedBefore is not { } before || desktop.CreatedAt < before)
        && (string.IsNullOrEmpty(filter.Search)
            || desktop.Name.Contains(filter.Search, StringComparison.OrdinalIgnoreCase)
            || desktop.Id.Contains(filter.Search, StringComparison.OrdinalIgnoreCase));

    // The index that leaves the least to filter.
    private IndexQuery Partition(string? owner, DesktopFilter filter) => (owner, filter) switch
    {
        ({ } id, _) => documents.Desktops.Query(DesktopDocuments.ByOwner, id),
        (_, { Status: { } status }) => documents.Desktops.Query(DesktopDocuments.ByStatus, DesktopDocuments.Partition(status)),
        (_, { Template.Length: > 0 and <= 256 }) => documents.Desktops.Query(DesktopDocuments.ByTemplate, filter.Template),
        _ => documents.Desktops.Query(DesktopDocuments.All, DesktopDocuments.Everything),
    };

    // Asking for somebody else's without being an admin finds nothing, whether or not such a person exists.
    private async Task<string?> OwnerAsync(Actor actor, string? asked, CancellationToken cancellationToken)
    {
        if (asked is null)
        {
            return actor.AccountId;
        }

        if (actor.May(Permissions.DesktopsRead))
        {
            return asked.Length is > 0 and <= 256 ? await owners.FindAsync(actor, asked, cancellationToken) : null;
        }

        return asked == actor.AccountId || string.Equals(asked, actor.UserName, StringComparison.OrdinalIgnoreCase) ? actor.AccountId : null;
    }

    private async Task<DesktopView> WithActivityAsync(DesktopView view, CancellationToken cancellationToken) =>
        await documents.Activity.GetAsync(view.Desktop.Id, cancellationToken) is { Value: var activity }
            ? view with
            {
                Desktop = view.Desktop with { LastConnectedAt = activity.LastConnectedAt, LastInputAt = activity.LastInputAt },
                IdleSince = IdleSince(view.Desktop, activity),
            }
            : view with { IdleSince = IdleSince(view.Desktop, null) };

    private static DateTimeOffset? IdleSince(Desktop desktop, DesktopActivity? activity) =>
        desktop.Status == DesktopStatus.Running ? IdleRules.Since(desktop, activity) : null;
}
