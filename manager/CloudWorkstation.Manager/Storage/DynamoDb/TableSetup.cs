using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>Holds the table against <see cref="TableLayout"/> before anything else uses it, and makes it where that is wanted.</summary>
internal sealed class TableSetup(IAmazonDynamoDB client, string table, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly DynamoFaults faults = new(table, DynamoClients.PlaceOf(client));

    /// <param name="create">Whether a missing table is created: for development, production has infra/aws.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">There is none, it is another one, or it cannot be asked.</exception>
    public async Task EnsureAsync(bool create, CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        if (found is null && create)
        {
            await CreateAsync(cancellationToken);
        }
        else if (found is null)
        {
            throw faults.Missing(null);
        }

        await WaitUntilActiveAsync(cancellationToken);
        if (create)
        {
            await ExpireAsync(cancellationToken);
        }
    }

    public static CreateTableRequest Definition(string table) => new()
    {
        TableName = table,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        KeySchema = [new KeySchemaElement(TableLayout.Document, KeyType.HASH)],
        AttributeDefinitions =
        [
            .. Enumerable.Range(1, TableLayout.Indexes).SelectMany(n => (string[])[TableLayout.PartitionName(n), TableLayout.SortName(n)])
                .Prepend(TableLayout.Document)
                .Select(name => new AttributeDefinition(name, ScalarAttributeType.S)),
        ],
        GlobalSecondaryIndexes =
        [
            .. Enumerable.Range(1, TableLayout.Indexes).Select(n => new GlobalSecondaryIndex
            {
                IndexName = TableLayout.IndexName(n),
                KeySchema = IndexKeys(n),
                Projection = new Projection { ProjectionType = ProjectionType.ALL },
            }),
        ],
    };

    private static List<KeySchemaElement> IndexKeys(int number) =>
        [new(TableLayout.PartitionName(number), KeyType.HASH), new(TableLayout.SortName(number), KeyType.RANGE)];

    private DynamoCalls Calls => new(client, faults, time);

    private async Task<TableDescription?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Calls.RepeatAsync(async (c, token) => (await c.DescribeTableAsync(table, token)).Table, cancellationToken);
        }
        catch (StoreUnavailableException e) when (e.InnerException is ResourceNotFoundException)
        {
            return null;
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateTableAsync(Definition(table), cancellationToken);
        }
        catch (ResourceInUseException)
        {
            // Another process of the same installation was quicker.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw faults.Explain(e);
        }
    }

    private async Task WaitUntilActiveAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var found = await FindAsync(cancellationToken);
            if (found?.TableStatus is { } status && status != TableStatus.CREATING)
            {
                Check(found);
                if ((status == TableStatus.ACTIVE || status == TableStatus.UPDATING) && found.GlobalSecondaryIndexes.TrueForAll(i => i.IndexStatus != IndexStatus.CREATING))
                {
                    return;
                }
            }

            if (time.GetElapsedTime(started) > Patience)
            {
                throw faults.WrongTable($"it is {found?.TableStatus ?? "gone"} and does not become ACTIVE");
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        var now = await client.DescribeTimeToLiveAsync(table, cancellationToken);
        if (now.TimeToLiveDescription?.TimeToLiveStatus is { } status && (status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING))
        {
            return;
        }

        var wanted = new TimeToLiveSpecification { AttributeName = TableLayout.Expires, Enabled = true };
        try
        {
            await client.UpdateTimeToLiveAsync(new UpdateTimeToLiveRequest { TableName = table, TimeToLiveSpecification = wanted }, cancellationToken);
        }
        catch (AmazonDynamoDBException e) when (e.ErrorCode == "ValidationException" && e.Message.Contains("already enabled", StringComparison.OrdinalIgnoreCase))
        {
            // Another process was quicker.
        }
    }

    private void Check(TableDescription found)
    {
        var wanted = Definition(table);
        var types = found.AttributeDefinitions.ToDictionary(a => a.AttributeName, a => a.AttributeType.Value, StringComparer.Ordinal);
        Check("its key", wanted.KeySchema, found.KeySchema, types);
        foreach (var index in wanted.GlobalSecondaryIndexes)
        {
            var there = found.GlobalSecondaryIndexes?.Find(i => i.IndexName == index.IndexName) ?? throw faults.WrongTable($"the index {index.IndexName} is missing");
            Check($"the key of {index.IndexName}", index.KeySchema, there.KeySchema, types);
            if (there.Projection.ProjectionType != ProjectionType.ALL)
            {
                throw faults.WrongTable($"{index.IndexName} does not project ALL attributes");
            }
        }
    }

    private void Check(string what, List<KeySchemaElement> wanted, List<KeySchemaElement> found, Dictionary<string, string> types)
    {
        var (expected, actual) = (Describe(wanted, _ => "S"), Describe(found, name => types.GetValueOrDefault(name) ?? "?"));
        if (expected != actual)
        {
            throw faults.WrongTable($"{what} is {actual} and should be {expected}");
        }
    }

    private static string Describe(List<KeySchemaElement> keys, Func<string, string> type) =>
        string.Join(" + ", keys.OrderBy(k => k.KeyType == KeyType.HASH ? 0 : 1).Select(k => $"{k.AttributeName} ({type(k.AttributeName)})"));
}
