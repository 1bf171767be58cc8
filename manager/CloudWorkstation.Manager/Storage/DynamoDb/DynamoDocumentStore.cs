using Amazon.DynamoDBv2;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>
/// <see cref="IDocumentStore"/> in one DynamoDB table. Reads by key are strongly consistent; an index shows this
/// process's own writes at once and those of others a moment later.
/// </summary>
public sealed class DynamoDocumentStore : IDocumentStore, IStoreProbe
{
    private readonly StoreRules rules;
    private readonly ItemLayout layout;
    private readonly DynamoQuery queries;
    private readonly DynamoCommit commits;
    private readonly OwnWrites own;
    private readonly string table;
    private readonly TimeProvider time;
    private readonly CommitSignals? signals;

    /// <param name="client">A client that does not retry by itself.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="collections">Every collection in use.</param>
    /// <param name="time">Clock of the waits between tries.</param>
    /// <param name="signals">Told of every commit.</param>
    public DynamoDocumentStore(IAmazonDynamoDB client, string table, IEnumerable<CollectionDefinition> collections, TimeProvider time, CommitSignals? signals = null)
    {
        this.signals = signals;
        CollectionDefinition[] definitions = [.. collections];
        var faults = new DynamoFaults(table, DynamoClients.PlaceOf(client));
        var calls = new DynamoCalls(client, faults, time);
        rules = new StoreRules(definitions);
        layout = new ItemLayout(definitions);
        queries = new DynamoQuery(calls, layout, table);
        commits = new DynamoCommit(calls);
        own = new OwnWrites(queries, queries.GetAsync, time);
        (this.table, this.time) = (table, time);
    }

    public Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        rules.Check(key);
        cancellationToken.ThrowIfCancellationRequested();
        return queries.GetAsync(key, cancellationToken);
    }

    Task IStoreProbe.ProbeAsync(DocumentKey key, CancellationToken cancellationToken) => queries.ProbeAsync(key, cancellationToken);

    public Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        rules.Check(query);
        cancellationToken.ThrowIfCancellationRequested();
        return IndexPages.ReadAsync(own, query, cancellationToken);
    }

    public async Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        // The list is the caller's; what is checked here must be what is written later.
        DocumentWrite[] copy = [.. writes];
        rules.Check(copy);
        cancellationToken.ThrowIfCancellationRequested();
        if (copy.Length == 0)
        {
            return CommitResult.Done;
        }

        var result = await commits.CommitAsync(new CommitRequest(copy, layout, table, time), cancellationToken);
        if (result.Committed)
        {
            own.Remember(copy);
            signals?.Raise(copy);
        }

        return result;
    }
}
