using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>
/// The rules in the store: sixteen documents for each kind of record, found by their keys alone, since an index may be behind on DynamoDB
/// and a permission that was taken away must not come back. Every change also writes the revision on the condition that nobody else
/// did, so that rules never contradict each other.
/// </summary>
internal sealed class AccessDocuments(IDocumentStore store)
{
    private const string RevisionId = "revision";
    private const int Segments = 16;
    private readonly Collection<AccessRevision> revisions = new(store, Definition, _ => RevisionId);

    public static CollectionDefinition Definition { get; } = new("access");

    /// <summary>0 before the first rule was ever written.</summary>
    public async Task<long> RevisionAsync(CancellationToken cancellationToken) => (await revisions.GetAsync(RevisionId, cancellationToken))?.Version ?? 0;

    /// <summary>Everything, as of one revision: read again when somebody wrote meanwhile.</summary>
    public async Task<AccessRules> LoadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var revision = await RevisionAsync(cancellationToken);
            var rules = new AccessRules(
                revision,
                await AllAsync<Group>(cancellationToken),
                await AllAsync<Role>(cancellationToken),
                await AllAsync<Entitlement>(cancellationToken));
            if (await RevisionAsync(cancellationToken) == revision)
            {
                return rules;
            }
        }
    }

    /// <summary>The writes that set, or with null remove, one record; of no effect when the rules are no longer those of <paramref name="revision"/>.</summary>
    public async Task<IReadOnlyList<DocumentWrite>> WritesAsync<T>(string name, AccessView<T>? record, long revision, CancellationToken cancellationToken)
    {
        var segments = Of<T>();
        var id = SegmentOf<T>(name);
        var current = await segments.GetAsync(id, cancellationToken);
        var items = current is null ? [] : new Dictionary<string, AccessView<T>>(current.Value.Items, StringComparer.Ordinal);
        if (record is null)
        {
            items.Remove(name);
        }
        else
        {
            items[name] = record;
        }

        var next = new Segment<T>(id, items);
        return
        [
            current is null ? segments.Add(next) : segments.Replace(next, current.Version),
            RevisionWrite(revision),
        ];
    }

    /// <summary>The writes that set, or with null remove, several records of a kind; <see cref="RevisionWrite"/> goes with them.</summary>
    public async Task<IReadOnlyList<DocumentWrite>> SegmentWritesAsync<T>(IReadOnlyDictionary<string, AccessView<T>?> changes, CancellationToken cancellationToken)
    {
        var segments = Of<T>();
        var writes = new List<DocumentWrite>();
        foreach (var part in changes.GroupBy(c => SegmentOf<T>(c.Key), StringComparer.Ordinal))
        {
            var current = await segments.GetAsync(part.Key, cancellationToken);
            var items = current is null ? [] : new Dictionary<string, AccessView<T>>(current.Value.Items, StringComparer.Ordinal);
            foreach (var (name, record) in part)
            {
                items.Remove(name);
                if (record is not null)
                {
                    items[name] = record;
                }
            }

            var next = new Segment<T>(part.Key, items);
            writes.Add(current is null ? segments.Add(next) : segments.Replace(next, current.Version));
        }

        return writes;
    }

    public DocumentWrite RevisionWrite(long revision) =>
        revision == 0 ? revisions.Add(new AccessRevision(1)) : revisions.Replace(new AccessRevision(revision + 1), revision);

    public Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken) => store.CommitAsync(writes, cancellationToken);

    private async Task<IEnumerable<AccessView<T>>> AllAsync<T>(CancellationToken cancellationToken)
    {
        var segments = Of<T>();
        var found = await Task.WhenAll(Enumerable.Range(0, Segments).Select(n => segments.GetAsync(SegmentId<T>(n), cancellationToken)));
        return found.SelectMany(s => s is null ? [] : s.Value.Items.Values);
    }

    private Collection<Segment<T>> Of<T>() => new(store, Definition, s => s.Id);

    private static string SegmentOf<T>(string name) => SegmentId<T>(SHA256.HashData(Encoding.UTF8.GetBytes(name))[0] % Segments);

    private static string SegmentId<T>(int number) => $"{typeof(T).Name.ToLowerInvariant()}-{number}";

    private sealed record Segment<T>(string Id, IReadOnlyDictionary<string, AccessView<T>> Items);
}
