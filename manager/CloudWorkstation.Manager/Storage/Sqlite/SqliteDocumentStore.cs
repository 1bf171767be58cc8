using Microsoft.Data.Sqlite;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>
/// <see cref="IDocumentStore"/> in one file of this machine. Reads are parallel and see every acknowledged commit; writes go through
/// <see cref="SqliteWriter"/>.
/// </summary>
public sealed class SqliteDocumentStore : IDocumentStore, IDisposable
{
    private readonly StoreRules rules;
    private readonly SqliteDatabase database;
    private readonly SqliteWriter writer;
    private readonly string directory;
    private readonly CommitSignals? signals;
    private int disposed;

    /// <param name="path">The database file; created with its directory if absent.</param>
    /// <param name="collections">Every collection in use.</param>
    /// <param name="maximumPages">The file grows to no more pages of 4 KB; null for as many as the disk takes.</param>
    /// <param name="signals">Told of every commit.</param>
    public SqliteDocumentStore(string path, IEnumerable<CollectionDefinition> collections, int? maximumPages = null, CommitSignals? signals = null)
    {
        this.signals = signals;
        rules = new StoreRules(collections);
        directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            database = new SqliteDatabase(Path.GetFullPath(path), maximumPages);
        }
        catch (SqliteException e)
        {
            throw Translate(e);
        }

        writer = new SqliteWriter(database.Writer, Translate);
    }

    public Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        rules.Check(key);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Read(SqliteQuery.Get, key));
    }

    public Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        rules.Check(query);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Read(SqliteQuery.Page, query));
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

        var result = await writer.WriteAsync(session => SqliteCommit.Apply(session, copy), cancellationToken);
        if (result.Committed)
        {
            signals?.Raise(copy);
        }

        return result;
    }

    /// <summary>Removes documents whose time is over, at most <paramref name="limit"/>; returns how many it were.</summary>
    public Task<int> RemoveExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        writer.WriteAsync(session => SqliteCommit.RemoveExpired(session, now, limit), cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            writer.Dispose();
            database.Dispose();
        }
    }

    private T Read<TState, T>(Func<SqliteSession, TState, T> read, TState state)
    {
        try
        {
            return database.Read(read, state);
        }
        catch (SqliteException e)
        {
            throw Translate(e);
        }
    }

    private Exception Translate(Exception error) => error switch
    {
        SqliteException e when SqliteErrors.MeansFull(e, directory) =>
            new StorageFullException($"No space is left for the database in '{directory}'. Free some; nothing was written.", e),
        _ => error,
    };
}
