using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Manager.Storage;

/// <summary>A document's value with the version it was read at.</summary>
public sealed record Versioned<T>(T Value, long Version);

/// <summary>One page of values.</summary>
public sealed record Page<T>(IReadOnlyList<Versioned<T>> Items, string? NextToken);

/// <summary>
/// The typed face of one collection: serialises records, derives their index entries, and makes the writes that
/// <see cref="IDocumentStore.CommitAsync"/> takes.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="definition">Name and indexes.</param>
/// <param name="id">The document id of a value.</param>
/// <param name="indexes">The index entries of a value, null to be in none.</param>
public sealed class Collection<T>(
    IDocumentStore store,
    CollectionDefinition definition,
    Func<T, string> id,
    Func<T, IEnumerable<IndexEntry>>? indexes = null)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public IDocumentStore Store => store;

    public CollectionDefinition Definition => definition;

    public async Task<Versioned<T>?> GetAsync(string documentId, CancellationToken cancellationToken) =>
        await store.GetAsync(Key(documentId), cancellationToken) is { } found ? Read(found) : null;

    public async Task<Page<T>> QueryAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        var page = await store.QueryAsync(query, cancellationToken);
        return new Page<T>([.. page.Documents.Select(Read)], page.NextToken);
    }

    /// <summary>All that a query finds, read page after page of its limit.</summary>
    public async IAsyncEnumerable<Versioned<T>> AllAsync(IndexQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await QueryAsync(query, cancellationToken);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            query = query with { PageToken = page.NextToken };
        }
        while (query.PageToken is not null);
    }

    public IndexQuery Query(string index, string partition) =>
        new() { Collection = definition.Name, Index = index, Partition = partition };

    public DocumentWrite Add(T value, DateTimeOffset? expiresAt = null) => Put(value, ConditionKind.Absent, 0, expiresAt);

    public DocumentWrite Replace(T value, long version, DateTimeOffset? expiresAt = null) => Put(value, ConditionKind.VersionIs, version, expiresAt);

    public DocumentWrite Remove(string documentId, long version) =>
        new() { Key = Key(documentId), Kind = WriteKind.Delete, Condition = ConditionKind.VersionIs, ExpectedVersion = version };

    public DocumentWrite CheckVersion(string documentId, long version) =>
        new() { Key = Key(documentId), Kind = WriteKind.Check, Condition = ConditionKind.VersionIs, ExpectedVersion = version };

    private static Versioned<T> Read(StoredDocument document) =>
        new(JsonSerializer.Deserialize<T>(document.Json.Span, Json) ?? throw new JsonException($"{document.Key} holds null."), document.Version);

    private DocumentKey Key(string documentId) => new(definition.Name, documentId);

    private DocumentWrite Put(T value, ConditionKind condition, long version, DateTimeOffset? expiresAt) => new()
    {
        Key = Key(id(value)),
        Kind = WriteKind.Put,
        Condition = condition,
        ExpectedVersion = version,
        Json = JsonSerializer.SerializeToUtf8Bytes(value, Json),
        Indexes = indexes is null ? [] : [.. indexes(value)],
        ExpiresAt = expiresAt,
    };
}
