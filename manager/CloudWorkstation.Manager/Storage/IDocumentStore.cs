namespace CloudWorkstation.Manager.Storage;

/// <summary>Names one document. Both parts are <c>[a-zA-Z0-9_:.@/-]</c>, 1 to 256 characters.</summary>
public readonly record struct DocumentKey(string Collection, string Id);

/// <summary>
/// Puts a document into one partition of one secondary index. <paramref name="Sort"/> orders the partition by ordinal comparison of
/// its UTF-8 bytes; equal sorts are ordered by document id.
/// </summary>
/// <param name="Index">One of the names the collection's <see cref="CollectionDefinition"/> declares.</param>
/// <param name="Partition">1 to 256 characters.</param>
/// <param name="Sort">0 to 512 characters and at most 767 bytes of UTF-8.</param>
public readonly record struct IndexEntry(string Index, string Partition, string Sort);

/// <summary>A collection and its indexes, at most four, in a fixed order: DynamoDB maps the n-th to its n-th secondary index.</summary>
public sealed record CollectionDefinition(string Name, params IReadOnlyList<string> Indexes)
{
    /// <value>Documents are added and never replaced or removed; they go when they expire. The store refuses everything else.</value>
    public bool AppendOnly { get; init; }
}

/// <summary>A document as stored.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Version">1 when created, raised by one with every write; never reused while the document exists.</param>
/// <param name="Json">UTF-8 JSON, at most <see cref="StoreLimits.MaximumDocumentBytes"/>.</param>
public sealed record StoredDocument(DocumentKey Key, long Version, ReadOnlyMemory<byte> Json);

/// <summary>What must hold for a write of a commit to be done.</summary>
public enum ConditionKind
{
    /// <summary>The document does not exist.</summary>
    Absent,

    /// <summary>The document exists with exactly <see cref="DocumentWrite.ExpectedVersion"/>.</summary>
    VersionIs,
}

public enum WriteKind
{
    Put,
    Delete,

    /// <summary>Changes nothing; its condition must hold for the commit to be done.</summary>
    Check,
}

/// <summary>One write of an atomic commit.</summary>
public sealed record DocumentWrite
{
    public required DocumentKey Key { get; init; }

    public required WriteKind Kind { get; init; }

    public required ConditionKind Condition { get; init; }

    public long ExpectedVersion { get; init; }

    public ReadOnlyMemory<byte> Json { get; init; }

    /// <value>All index entries of the document after the write; earlier ones go.</value>
    public IReadOnlyList<IndexEntry> Indexes { get; init; } = [];

    /// <value>The store may remove the document after this time; a reader must not rely on it being gone.</value>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Whether a commit was done, and if not which writes' conditions failed.</summary>
/// <param name="Failed">Positions in the list of writes; empty means that all were done.</param>
public sealed record CommitResult(IReadOnlyList<int> Failed)
{
    public static CommitResult Done { get; } = new([]);

    public bool Committed => Failed.Count == 0;
}

/// <summary>Reads one index partition in order.</summary>
public sealed record IndexQuery
{
    public required string Collection { get; init; }

    public required string Index { get; init; }

    public required string Partition { get; init; }

    /// <value>Inclusive lower bound of the sort; null for none.</value>
    public string? From { get; init; }

    /// <value>Exclusive upper bound of the sort; null for none.</value>
    public string? To { get; init; }

    public bool Descending { get; init; }

    /// <value>1 to <see cref="StoreLimits.MaximumPageSize"/>; the default value is 50.</value>
    public int Limit { get; init; } = 50;

    /// <value>The <see cref="DocumentPage.NextToken"/> of the page before; only valid for the same query, else <see cref="InvalidPageTokenException"/>.</value>
    public string? PageToken { get; init; }
}

/// <summary>One page; <see cref="NextToken"/> is null on the last one.</summary>
public sealed record DocumentPage(IReadOnlyList<StoredDocument> Documents, string? NextToken);

/// <summary>Limits both implementations keep; a breach is an <see cref="ArgumentException"/> before anything is sent.</summary>
public static class StoreLimits
{
    /// <value>390 KB of JSON: DynamoDB's 400 KB item less room for keys and indexes.</value>
    public const int MaximumDocumentBytes = 390 * 1024;

    /// <value>DynamoDB's limit for a transaction.</value>
    public const int MaximumWritesPerCommit = 100;

    /// <value>JSON, keys and index entries together: DynamoDB's 4 MB for a transaction less room for what it keeps besides.</value>
    public const int MaximumCommitBytes = 3_900_000;

    public const int MaximumPageSize = 1000;
}

/// <summary>
/// Where everything the product knows is kept. Small enough to implement twice: get, read one index partition in order, commit a list
/// of conditional writes atomically. There is no scan and no unconditional write.
/// </summary>
public interface IDocumentStore
{
    /// <summary>Null when there is none. Strongly consistent.</summary>
    Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken);

    /// <summary>
    /// One page of an index partition. An index may lag behind a commit on DynamoDB (eventually consistent), never on SQLite: callers
    /// that must not miss a document read it by key.
    /// </summary>
    Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// All writes or none. A document may appear once in a commit. When this returns committed, the writes survive a crash of this
    /// process. When it throws, the outcome is unknown; the caller repeats the commit and finds out by its conditions.
    /// </summary>
    /// <exception cref="StorageFullException">No space is left; nothing was written.</exception>
    Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken);
}

/// <summary>The page token is not one this query gave out.</summary>
public sealed class InvalidPageTokenException(string message) : Exception(message);

/// <summary>The disk or the account's allowance is used up; nothing was written.</summary>
public sealed class StorageFullException(string message, Exception inner) : Exception(message, inner);
