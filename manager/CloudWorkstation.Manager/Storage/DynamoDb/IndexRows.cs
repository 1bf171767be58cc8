namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>A document with its place in the index partition that is read.</summary>
internal readonly record struct IndexRow(string Sort, StoredDocument Document)
{
    /// <summary>By sort, then by id.</summary>
    public static int Compare(IndexRow left, IndexRow right) => Compare(left.Sort, left.Document.Key.Id, right.Sort, right.Document.Key.Id);

    /// <summary>Whether the row comes after the place, in the query's direction.</summary>
    public bool IsAfter(PageToken place, bool descending)
    {
        var order = Compare(Sort, Document.Key.Id, place.Sort, place.Id);
        return descending ? order < 0 : order > 0;
    }

    private static int Compare(string leftSort, string leftId, string rightSort, string rightId) =>
        Utf8Order.Compare(leftSort, rightSort) is not 0 and var order ? order : string.CompareOrdinal(leftId, rightId);
}

/// <summary>Reads one index partition.</summary>
internal interface IIndexReader
{
    /// <summary>The first rows after the place in the query's order; fewer than asked for only where the partition ends.</summary>
    Task<IReadOnlyList<IndexRow>> ReadAsync(IndexQuery query, PageToken? after, int count, CancellationToken cancellationToken);
}

internal static class IndexPages
{
    /// <summary>One row more than asked for is read, to know whether there is a next page.</summary>
    public static async Task<DocumentPage> ReadAsync(IIndexReader index, IndexQuery query, CancellationToken cancellationToken)
    {
        var rows = await index.ReadAsync(query, PageToken.Read(query), query.Limit + 1, cancellationToken);
        var page = rows.Take(query.Limit).Select(r => r.Document).ToList();
        return new DocumentPage(page, rows.Count > query.Limit ? PageToken.Write(query, rows[query.Limit - 1].Sort, page[^1].Key.Id) : null);
    }
}
