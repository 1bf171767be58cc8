using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Finds desktops for a person: their own, for admins everyone's. Somebody else's is not found.</summary>
internal sealed class DesktopReader(DesktopDocuments documents, OwnerLookup owners)
{
    /// <summary>As stored, without activity; null when there is none that the actor may see.</summary>
    public async Task<Versioned<Desktop>?> FindAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        DesktopSecrets.IsId(id) && await documents.Desktops.GetAsync(id, cancellationToken) is { } found && DesktopAccess.MaySee(actor, found.Value.Owner) ? found : null;

    public async Task<Outcome<DesktopView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        await FindAsync(actor, id, cancellationToken) is { } found
            ? await WithActivityAsync(new DesktopView(found.Value, found.Version), cancellationToken)
            : Problem.NotFound("desktop", id);

    public async Task<Outcome<Listing<DesktopView>>> ListAsync(Actor actor, DesktopFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Everyone && !actor.May(Permissions.DesktopsRead))
        {
            return new Problem(ProblemKind.Forbidden, "forbidden", "Your roles do not let you see everyone's desktops.");
        }

        var owner = filter.Everyone ? null : await OwnerAsync(actor, filter.Owner, cancellationToken);
        if (owner is null && !filter.Everyone)
        {
            return new Listing<DesktopView>([], null);
        }

        var page = await FilteredPages.ReadAsync(
            documents.Desktops,
            Partition(owner, filter) with { Descending = true },
            $"desktops|{owner}|{filter.Status}|{filter.Template}|{filter.Search}",
            d => Matches(d, owner, filter),
            d => new DesktopView(d.Value, d.Version),
            filter.Limit,
            filter.Cursor,
            cancellationToken);
        return page.Succeeded
            ? new Listing<DesktopView>(await Task.WhenAll(page.Value.Items.Select(v => WithActivityAsync(v, cancellationToken))), page.Value.Cursor)
            : page;
    }

    private static bool Matches(Desktop desktop, string? owner, DesktopFilter filter) =>
        (owner is null || desktop.Owner == owner)
        && (filter.Status is null || desktop.Status == filter.Status)
        && (filter.Template is null || desktop.Template == filter.Template)
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
            ? view with { Desktop = view.Desktop with { LastConnectedAt = activity.LastConnectedAt, LastInputAt = activity.LastInputAt } }
            : view;
}
