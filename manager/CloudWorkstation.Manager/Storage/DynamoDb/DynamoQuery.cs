using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>Reads documents: one by key, or one page of an index.</summary>
internal sealed class DynamoQuery(DynamoCalls calls, ItemLayout layout, string table)
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

    /// <summary>
    /// DynamoDB ends an answer at 1 MB, wherever that is, so it is asked until the page is full. One document more than asked for is
    /// looked up, to know whether there is a next page.
    /// </summary>
    public async Task<DocumentPage> PageAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        var number = layout.NumberOf(query.Collection, query.Index);
        var position = PageToken.Read(query);
        if (Request(query, number) is not { } request)
        {
            return new DocumentPage([], null);
        }

        request.ExclusiveStartKey = position is null ? null : StartKey(query, number, position);
        var items = new List<Dictionary<string, AttributeValue>>();
        do
        {
            request.Limit = query.Limit + 1 - items.Count;
            var answer = await calls.RepeatAsync((client, token) => client.QueryAsync(request, token), cancellationToken);
            items.AddRange(answer.Items ?? []);
            request.ExclusiveStartKey = answer.LastEvaluatedKey is { Count: > 0 } last ? last : null;
        }
        while (items.Count <= query.Limit && request.ExclusiveStartKey is not null);

        List<StoredDocument> documents = [.. items.Take(query.Limit).Select(i => ItemLayout.Read(query.Collection, i))];
        return new DocumentPage(documents, items.Count > query.Limit ? NextToken(query, number, items[query.Limit - 1], documents[^1]) : null);
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

    private static string NextToken(IndexQuery query, int number, Dictionary<string, AttributeValue> item, StoredDocument last) =>
        PageToken.Write(query, TableLayout.SortOf(item[TableLayout.SortName(number)].S, last.Key.Id), last.Key.Id);
}
