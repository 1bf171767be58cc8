namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>
/// Makes index reads show what this process has just written. A secondary index follows its table a moment later; whoever was told that
/// their desktop is accepted must find it in their list all the same. Other processes' writes show when the index does.
/// </summary>
internal sealed class OwnWrites(IIndexReader index, Func<DocumentKey, CancellationToken, Task<StoredDocument?>> get, TimeProvider time) : IIndexReader
{
    /// <summary>Indexes are behind by milliseconds, by seconds when DynamoDB has a bad day.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    /// <summary>A bulk of writes is not somebody's who waits for their list; beyond this many the oldest are forgotten.</summary>
    private const int MostPerCollection = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Dictionary<string, Own>> collections = new(StringComparer.Ordinal);

    /// <summary>The commit was done.</summary>
    public void Remember(IReadOnlyList<DocumentWrite> writes)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            foreach (var write in writes.Where(w => w.Kind != WriteKind.Check))
            {
                if (!collections.TryGetValue(write.Key.Collection, out var known))
                {
                    collections.Add(write.Key.Collection, known = new Dictionary<string, Own>(StringComparer.Ordinal));
                }

                MakeRoom(known, now);
                var version = write.Condition == ConditionKind.Absent ? 1 : write.ExpectedVersion + 1;
                var before = known.GetValueOrDefault(write.Key.Id);
                if (before is null || version > before.Version || write.Condition == ConditionKind.Absent)
                {
                    known[write.Key.Id] = new Own(write, version, Math.Max(version, before?.Floor ?? 0), now);
                }
            }
        }
    }

    public async Task<IReadOnlyList<IndexRow>> ReadAsync(IndexQuery query, PageToken? after, int count, CancellationToken cancellationToken)
    {
        var own = Recent(query.Collection);
        if (own.Count == 0)
        {
            return await index.ReadAsync(query, after, count, cancellationToken);
        }

        // Each row that turns out to be stale may take a place, so there are as many more to begin with.
        var rows = await index.ReadAsync(query, after, count + own.Count, cancellationToken);
        var stale = rows.Where(r => own.TryGetValue(r.Document.Key.Id, out var mine) && r.Document.Version <= mine.Floor).Select(r => r.Document.Key.Id).ToHashSet(StringComparer.Ordinal);
        var seen = rows.Select(r => r.Document.Key.Id).ToHashSet(StringComparer.Ordinal);
        List<IndexRow> merged = [.. rows.Where(r => !stale.Contains(r.Document.Key.Id))];
        foreach (var mine in own.Values)
        {
            var id = mine.Write.Key.Id;
            if (mine.RowOf(query) is not { } row || (after is not null && !row.IsAfter(after, query.Descending)))
            {
                continue;
            }

            if (stale.Contains(id))
            {
                merged.Add(row);
            }
            else if (!seen.Contains(id) && await get(row.Document.Key, cancellationToken) is { } current)
            {
                // Somebody may have changed it since, and the index may be behind that too; what is shown is at least as new as ours.
                merged.Add(row with { Document = current });
            }
        }

        merged.Sort(query.Descending ? (left, right) => IndexRow.Compare(right, left) : IndexRow.Compare);
        return merged.Count > count ? merged.GetRange(0, count) : merged;
    }

    private Dictionary<string, Own> Recent(string collection)
    {
        lock (gate)
        {
            if (!collections.TryGetValue(collection, out var known))
            {
                return [];
            }

            MakeRoom(known, time.GetUtcNow());
            return new Dictionary<string, Own>(known, StringComparer.Ordinal);
        }
    }

    private static void MakeRoom(Dictionary<string, Own> known, DateTimeOffset now)
    {
        foreach (var old in known.Where(k => now - k.Value.At > Memory).Select(k => k.Key).ToList())
        {
            known.Remove(old);
        }

        if (known.Count >= MostPerCollection)
        {
            known.Remove(known.MinBy(k => k.Value.At).Key);
        }
    }

    /// <summary>What this process did to a document last.</summary>
    /// <param name="Write">The write.</param>
    /// <param name="Version">The document's version after it.</param>
    /// <param name="Floor">No row of this version or an older one is true any more; above the version where the document was deleted and made anew.</param>
    /// <param name="At">When it was done.</param>
    private sealed record Own(DocumentWrite Write, long Version, long Floor, DateTimeOffset At)
    {
        /// <summary>Null when the document is not where the query reads.</summary>
        public IndexRow? RowOf(IndexQuery query)
        {
            foreach (var entry in Write.Kind == WriteKind.Put ? Write.Indexes : [])
            {
                if (entry.Index == query.Index && entry.Partition == query.Partition
                    && (query.From is null || Utf8Order.Compare(entry.Sort, query.From) >= 0)
                    && (query.To is null || Utf8Order.Compare(entry.Sort, query.To) < 0))
                {
                    return new IndexRow(entry.Sort, new StoredDocument(Write.Key, Version, Write.Json));
                }
            }

            return null;
        }
    }
}
