using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudWorkstation.Manager.Storage.DynamoDb;
using CloudWorkstation.Platform.Tests.Support;

namespace CloudWorkstation.Platform.Tests;

/// <summary>infra/aws and the store say the same about the one table.</summary>
public sealed class TableTests(AppliedPlatform platform)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    [Fact(Timeout = 600_000)]
    public async Task The_table_of_infra_aws_is_the_one_that_the_store_would_make()
    {
        using var client = new AmazonDynamoDBClient(new AmazonDynamoDBConfig { ServiceURL = platform.Moto.Endpoint.AbsoluteUri, AuthenticationRegion = "eu-central-1" });
        var token = TestContext.Current.CancellationToken;
        await new TableSetup(client, "made-by-the-store", TimeProvider.System).EnsureAsync(create: true, token);

        (await DescribeAsync(client, platform.Table, token)).ShouldBe(await DescribeAsync(client, "made-by-the-store", token));
        await Should.NotThrowAsync(new TableSetup(client, platform.Table, TimeProvider.System).EnsureAsync(create: false, token));
    }

    private static async Task<string> DescribeAsync(AmazonDynamoDBClient client, string name, CancellationToken cancellationToken)
    {
        var table = (await client.DescribeTableAsync(name, cancellationToken)).Table;
        var expiry = (await client.DescribeTimeToLiveAsync(name, cancellationToken)).TimeToLiveDescription;
        return JsonSerializer.Serialize(
            new
            {
                Keys = Keys(table.KeySchema),
                Attributes = table.AttributeDefinitions.OrderBy(a => a.AttributeName, StringComparer.Ordinal).Select(a => $"{a.AttributeName} {a.AttributeType}"),
                Indexes = table.GlobalSecondaryIndexes.OrderBy(i => i.IndexName, StringComparer.Ordinal).Select(i => $"{i.IndexName} {Keys(i.KeySchema)} {i.Projection.ProjectionType}"),
                Billing = table.BillingModeSummary.BillingMode.Value,
                Expires = $"{expiry.AttributeName} {expiry.TimeToLiveStatus}",
            },
            Readable);
    }

    private static string Keys(List<KeySchemaElement> keys) => string.Join(' ', keys.OrderBy(k => k.KeyType.Value, StringComparer.Ordinal).Select(k => $"{k.AttributeName} {k.KeyType}"));
}
