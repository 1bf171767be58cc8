using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>
/// Counts the enabled administrators in a document that every change of the number must write. Two who take each other's role away
/// at once write it at the same version: one of them fails, reads again, and finds itself to be the last.
/// </summary>
internal sealed class AdminGuard(IDocumentStore store)
{
    private const string Id = "admins";

    private readonly Collection<AdminCount> counts = new(store, Definition, _ => Id);

    public static CollectionDefinition Definition { get; } = new("account-guard");

    /// <summary>True once an administrator has ever been created.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) => await counts.GetAsync(Id, cancellationToken) is not null;

    /// <summary>How many enabled administrators there are.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) => (await counts.GetAsync(Id, cancellationToken))?.Value.Enabled ?? 0;

    /// <summary>The write that goes with a change from <paramref name="before"/> to <paramref name="after"/>; neither where the number stays.</summary>
    public async Task<(DocumentWrite? Write, Problem? Problem)> ChangeAsync(bool before, bool after, CancellationToken cancellationToken)
    {
        if (before == after)
        {
            return (null, null);
        }

        var current = await counts.GetAsync(Id, cancellationToken);
        if (current is null)
        {
            return (counts.Add(new AdminCount(1)), null);
        }

        var next = new AdminCount(current.Value.Enabled + (after ? 1 : -1));
        return next.Enabled < 1 ? (null, AccountProblems.LastAdmin) : (counts.Replace(next, current.Version), null);
    }

    private sealed record AdminCount(int Enabled);
}
