using System.Collections.Concurrent;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Routing;

/// <summary>A session whose tokens are refused although they have not expired yet.</summary>
internal sealed record Revocation(string SessionId, DateTimeOffset Until);

/// <summary>The sessions that ended within the life of their tokens; kept in the store, so that a restart does not revive them.</summary>
internal sealed class Revocations(IDocumentStore store, TimeProvider time)
{
    private const string ByEnd = "until";
    private const string Everything = "all";
    private readonly Collection<Revocation> documents = new(store, Definition, r => r.SessionId, r => [new IndexEntry(ByEnd, Everything, Sort(r.Until))]);
    private readonly ConcurrentDictionary<string, Revocation> live = new(StringComparer.Ordinal);

    public static CollectionDefinition Definition { get; } = new("revocations", ByEnd);

    public IReadOnlyList<Revocation> Live()
    {
        var now = time.GetUtcNow();
        foreach (var (id, revocation) in live)
        {
            if (revocation.Until <= now)
            {
                live.TryRemove(new KeyValuePair<string, Revocation>(id, revocation));
            }
        }

        return [.. live.Values];
    }

    public void Add(Revocation revocation) => live[revocation.SessionId] = revocation;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var query = documents.Query(ByEnd, Everything) with { From = Sort(time.GetUtcNow()), Limit = StoreLimits.MaximumPageSize };
        do
        {
            var page = await documents.QueryAsync(query, cancellationToken);
            foreach (var item in page.Items)
            {
                Add(item.Value);
            }

            query = query with { PageToken = page.NextToken };
        }
        while (query.PageToken is not null);
    }

    /// <summary>Stores a live revocation, and the event that tells of it; already stored ones stay.</summary>
    public Task StoreAsync(string sessionId, DocumentWrite told, CancellationToken cancellationToken) =>
        live.TryGetValue(sessionId, out var revocation)
            ? store.CommitAsync([documents.Add(revocation, revocation.Until), told], cancellationToken)
            : Task.CompletedTask;

    private static string Sort(DateTimeOffset at) => $"{at.UtcTicks:x16}";
}
