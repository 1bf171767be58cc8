using System.Buffers.Text;
using System.Security.Cryptography;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>
/// One commit as DynamoDB's requests, marked with a token of our own: every document it puts carries the token, and remembers the tokens of
/// the versions before. Its own (ClientRequestToken) works for transactions only, and for ten minutes.
/// </summary>
internal sealed class CommitRequest
{
    private static readonly TimeSpan ReceiptKept = TimeSpan.FromHours(1);
    private static readonly string AssignCommits = string.Join(
        ", ",
        TableLayout.Commits.Index().Skip(1).Reverse().Select(c => $"{c.Item} = if_not_exists({TableLayout.Commits[c.Index - 1]}, :none)").Append($"{TableLayout.Commits[0]} = :token"));

    private readonly ItemLayout layout;
    private readonly string table;

    public CommitRequest(IReadOnlyList<DocumentWrite> writes, ItemLayout layout, string table, TimeProvider time)
    {
        (Writes, this.layout, this.table) = (writes, layout, table);
        Token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));

        // A put leaves the token behind. Where there is none, a note does: else nobody could tell our delete from somebody else's.
        if (writes.All(w => w.Kind != WriteKind.Put) && writes.Any(w => w.Kind == WriteKind.Delete) && writes.Count < StoreLimits.MaximumWritesPerCommit)
        {
            Receipt = Note(time.GetUtcNow() + ReceiptKept);
        }
    }

    public IReadOnlyList<DocumentWrite> Writes { get; }

    public string Token { get; }

    /// <value>A put after all the writes that only marks the commit; null where the writes mark it themselves.</value>
    public Put? Receipt { get; }

    /// <value>A put alone needs no transaction, which costs twice as much.</value>
    public DocumentWrite? Single => Writes is [{ Kind: WriteKind.Put } single] ? single : null;

    public TransactWriteItemsRequest Transaction() => new()
    {
        ClientRequestToken = Token,
        TransactItems = [.. Writes.Select(Item), .. Receipt is null ? (TransactWriteItem[])[] : [new TransactWriteItem { Put = Receipt }]],
    };

    public PutItemRequest SinglePut() => new()
    {
        TableName = table,
        Item = NewItem(Single!),
        ConditionExpression = Absent,
        ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
    };

    public UpdateItemRequest SingleUpdate() => new()
    {
        TableName = table,
        Key = TableLayout.KeyOf(Single!.Key),
        UpdateExpression = Replacement(Single!, out var values),
        ConditionExpression = VersionIs,
        ExpressionAttributeValues = values,
        ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
    };

    private static string Absent => $"attribute_not_exists({TableLayout.Document})";

    private static string VersionIs => $"{TableLayout.Version} = :version";

    private TransactWriteItem Item(DocumentWrite write) => (write.Kind, write.Condition) switch
    {
        (WriteKind.Put, ConditionKind.Absent) => new TransactWriteItem
        {
            Put = new Put { TableName = table, Item = NewItem(write), ConditionExpression = Absent, ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD },
        },
        (WriteKind.Put, _) => new TransactWriteItem { Update = Update(write) },
        (WriteKind.Delete, _) => new TransactWriteItem
        {
            Delete = new Delete { TableName = table, Key = TableLayout.KeyOf(write.Key), ConditionExpression = VersionIs, ExpressionAttributeValues = Expected(write) },
        },
        (_, ConditionKind.Absent) => new TransactWriteItem
        {
            ConditionCheck = new ConditionCheck { TableName = table, Key = TableLayout.KeyOf(write.Key), ConditionExpression = Absent },
        },
        _ => new TransactWriteItem
        {
            ConditionCheck = new ConditionCheck { TableName = table, Key = TableLayout.KeyOf(write.Key), ConditionExpression = VersionIs, ExpressionAttributeValues = Expected(write) },
        },
    };

    private Update Update(DocumentWrite write) => new()
    {
        TableName = table,
        Key = TableLayout.KeyOf(write.Key),
        UpdateExpression = Replacement(write, out var values),
        ConditionExpression = VersionIs,
        ExpressionAttributeValues = values,
        ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
    };

    private Dictionary<string, AttributeValue> NewItem(DocumentWrite write)
    {
        var item = layout.Attributes(write);
        item[TableLayout.Document] = TableLayout.Text(TableLayout.Name(write.Key));
        item[TableLayout.Version] = TableLayout.Number(1);
        item[TableLayout.Commits[0]] = TableLayout.Text(Token);
        return item;
    }

    /// <summary>An update rather than a put, because only an update can move the old tokens on.</summary>
    private string Replacement(DocumentWrite write, out Dictionary<string, AttributeValue> values)
    {
        var attributes = layout.Attributes(write);
        values = attributes.ToDictionary(a => $":{a.Key}", a => a.Value, StringComparer.Ordinal);
        values[":version"] = TableLayout.Number(write.ExpectedVersion);
        values[":one"] = TableLayout.Number(1);
        values[":token"] = TableLayout.Text(Token);
        values[":none"] = TableLayout.Text("-");
        var set = string.Join(", ", attributes.Keys.Select(name => $"{name} = :{name}"));
        var gone = ItemLayout.Optional().Where(name => !attributes.ContainsKey(name)).ToList();
        return $"SET {set}, {TableLayout.Version} = {TableLayout.Version} + :one, {AssignCommits}" + (gone.Count == 0 ? "" : $" REMOVE {string.Join(", ", gone)}");
    }

    private static Dictionary<string, AttributeValue> Expected(DocumentWrite write) =>
        new(StringComparer.Ordinal) { [":version"] = TableLayout.Number(write.ExpectedVersion) };

    private Put Note(DateTimeOffset expires) => new()
    {
        TableName = table,
        Item = new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
        {
            [TableLayout.Document] = TableLayout.Text(TableLayout.Name(new DocumentKey(TableLayout.Receipts, Token))),
            [TableLayout.Version] = TableLayout.Number(1),
            [TableLayout.Expires] = TableLayout.Number(expires.ToUnixTimeSeconds()),
            [TableLayout.Commits[0]] = TableLayout.Text(Token),
        },
        ConditionExpression = Absent,
        ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
    };
}
