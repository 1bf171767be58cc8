using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>Reads documents: one by key, or an index partition's rows.</summary>
internal sealed class DynamoQuery(DynamoCalls calls, ItemLayout layout, string table) : IIndexReader
{
    public async Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        var request = Request(key);
        var answer = await calls.RepeatAsync((client, token) => client.GetItemAsync(request, token), cancellationToken);
        return answer.Item is { Count: > 0 } item ? ItemLayout.Read(key.Collection, item) : null;
    }

    public Task ProbeAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        var request = Request(key);
        return calls.OnceAsync((client, token) => client.GetItemAsync(request, token), cancellationToken);
    }

    /// <summary>DynamoDB ends an answer at 1 MB, wherever that is, so it is asked until there are enough rows.</summary>
    public async Task<IReadOnlyList<IndexRow>> ReadAsync(IndexQuery query, PageToken? after, int count, CancellationToken cancellationToken)
    {
        var number = layout.NumberOf(query.Collection, query.Index);
        if (Request(query, number) is not { } request)
        {
            return [];
        }

        request.ExclusiveStartKey = after is null ? null : StartKey(query, number, after);
        var rows = new List<IndexRow>();
        do
        {
            request.Limit = count - rows.Count;
            var answer = await calls.RepeatAsync((client, token) => client.QueryAsync(request, token), cancellationToken);
            rows.AddRange((answer.Items ?? []).Select(item => Row(query, number, item)));
            request.ExclusiveStartKey = answer.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (rows.Count < count && request.ExclusiveStartKey is not null);

        return rows;
    }

    private GetItemRequest Request(DocumentKey key) => new() { TableName = table, Key = TableLayout.KeyOf(key), ConsistentRead = true };

    /// <summary>
    /// Null where nothing can be inside the bounds: DynamoDB refuses such a question. A stored sort goes on after the entry's own with
    /// a separator below every character, so it is never equal to a bound, and the inclusive BETWEEN excludes the upper one.
    /// </summary>
    private QueryRequest? Request(IndexQuery query, int number)
    {
        var from = string.IsNullOrEmpty(query.From) ? null : query.From;
        if (query.To is "" || (from is not null && query.To is not null && Utf8Order.Compare(from, query.To) >= 0))
        {
            return null;
        }

        var values = new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
        {
            [":partition"] = TableLayout.Text(TableLayout.Partition(query.Collection, query.Partition)),
        };
        AddIfSet(values, ":from", from);
        AddIfSet(values, ":to", query.To);
        var range = (from, query.To) switch
        {
            (null, null) => "",
            (not null, null) => " AND #sort >= :from",
            (null, not null) => " AND #sort < :to",
            _ => " AND #sort BETWEEN :from AND :to",
        };
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["#partition"] = TableLayout.PartitionName(number) };
        if (range.Length > 0)
        {
            names["#sort"] = TableLayout.SortName(number);
        }

        return new QueryRequest
        {
            TableName = table,
            IndexName = TableLayout.IndexName(number),
            KeyConditionExpression = "#partition = :partition" + range,
            ExpressionAttributeNames = names,
            ExpressionAttributeValues = values,
            ScanIndexForward = !query.Descending,
        };
    }

    private static void AddIfSet(Dictionary<string, AttributeValue> values, string name, string? bound)
    {
        if (bound is not null)
        {
            values[name] = TableLayout.Text(bound);
        }
    }

    /// <summary>The place of a document that may be gone by now; DynamoDB goes on after it all the same.</summary>
    private static Dictionary<string, AttributeValue> StartKey(IndexQuery query, int number, PageToken position) => new(StringComparer.Ordinal)
    {
        [TableLayout.Document] = TableLayout.Text(TableLayout.Name(new DocumentKey(query.Collection, position.Id))),
        [TableLayout.PartitionName(number)] = TableLayout.Text(TableLayout.Partition(query.Collection, query.Partition)),
        [TableLayout.SortName(number)] = TableLayout.Text(TableLayout.Sort(position.Sort, position.Id)),
    };

    private static IndexRow Row(IndexQuery query, int number, Dictionary<string, AttributeValue> item)
    {
        var document = ItemLayout.Read(query.Collection, item);
        return new IndexRow(TableLayout.SortOf(item[TableLayout.SortName(number)].S, document.Key.Id), document);
    }
}
