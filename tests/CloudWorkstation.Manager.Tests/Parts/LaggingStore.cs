using System.Collections.Concurrent;
using System.Diagnostics;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.DynamoDb;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>
/// A store whose indexes are behind, as DynamoDB's are: what is committed shows in them some time later, each document at a time of its own,
/// so that a later commit can show before an earlier one. Reads by key see everything. One view is shared by all who open the same data.
/// </summary>
internal sealed class LaggingStore(IDocumentStore inner, LaggingView view, bool showsOwnWrites = true) : IDocumentStore
{
    private readonly OwnWrites own = new(view, inner.GetAsync, TimeProvider.System);

    public Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public async Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        // Whatever the real store refuses is refused here too.
        await inner.QueryAsync(query with { PageToken = null }, cancellationToken);
        return await IndexPages.ReadAsync(showsOwnWrites ? own : view, query, cancellationToken);
    }

    public async Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        var result = await inner.CommitAsync(writes, cancellationToken);
        if (result.Committed)
        {
            view.Take(writes);
            own.Remember(writes);
        }

        return result;
    }
}

/// <summary>The indexes as they show.</summary>
/// <param name="lag">What a document's write is behind at least; at most twice as much.</param>
internal sealed class LaggingView(TimeSpan lag) : IIndexReader
{
    private static readonly ConcurrentDictionary<string, LaggingView> Known = new(StringComparer.Ordinal);

    private readonly Lock gate = new();
    private readonly List<(TimeSpan Due, Shown Document)> pending = [];
    private readonly Dictionary<DocumentKey, Shown> shown = [];
    private readonly Dictionary<DocumentKey, TimeSpan> latest = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private bool held;

    public static LaggingView Of(string data, TimeSpan lag) => Known.GetOrAdd(data, _ => new LaggingView(lag));

    /// <summary>Nothing new shows until <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (gate)
        {
            ShowDue();
            held = true;
        }
    }

    /// <summary>Everything shows.</summary>
    public void Release()
    {
        lock (gate)
        {
            held = false;
            pending.ForEach(p => Show(p.Document));
            pending.Clear();
        }
    }

    public void Take(IReadOnlyList<DocumentWrite> writes)
    {
        lock (gate)
        {
            foreach (var write in writes.Where(w => w.Kind != WriteKind.Check))
            {
                // A document's own writes show in their order.
                var due = clock.Elapsed + (lag * (1 + Random.Shared.NextDouble()));
                due = latest.TryGetValue(write.Key, out var before) && before > due ? before : due;
                latest[write.Key] = due;
                pending.Add((due, new Shown(write)));
            }
        }
    }

    public Task<IReadOnlyList<IndexRow>> ReadAsync(IndexQuery query, PageToken? after, int count, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            ShowDue();
            var rows = shown.Values.Select(s => s.RowOf(query)).OfType<IndexRow>().Where(r => after is null || r.IsAfter(after, query.Descending)).ToList();
            rows.Sort(query.Descending ? (left, right) => IndexRow.Compare(right, left) : IndexRow.Compare);
            return Task.FromResult<IReadOnlyList<IndexRow>>([.. rows.Take(count)]);
        }
    }

    private void ShowDue()
    {
        if (held)
        {
            return;
        }

        var now = clock.Elapsed;
        foreach (var (_, document) in pending.Where(p => p.Due <= now).OrderBy(p => p.Due).ToList())
        {
            Show(document);
        }

        pending.RemoveAll(p => p.Due <= now);
    }

    private void Show(Shown document)
    {
        if (document.Write.Kind == WriteKind.Delete)
        {
            shown.Remove(document.Write.Key);
        }
        else
        {
            shown[document.Write.Key] = document;
        }
    }

    private sealed record Shown(DocumentWrite Write)
    {
        public IndexRow? RowOf(IndexQuery query)
        {
            foreach (var entry in Write.Key.Collection == query.Collection ? Write.Indexes : [])
            {
                if (entry.Index == query.Index && entry.Partition == query.Partition
                    && (query.From is null || Utf8Order.Compare(entry.Sort, query.From) >= 0)
                    && (query.To is null || Utf8Order.Compare(entry.Sort, query.To) < 0))
                {
                    return new IndexRow(entry.Sort, new StoredDocument(Write.Key, Write.Condition == ConditionKind.Absent ? 1 : Write.ExpectedVersion + 1, Write.Json));
                }
            }

            return null;
        }
    }
}
