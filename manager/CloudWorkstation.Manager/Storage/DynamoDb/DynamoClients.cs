using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>Makes clients as the store needs them. Region, endpoint and credentials come from AWS's own variables.</summary>
public static class DynamoClients
{
    /// <summary>One answer takes milliseconds; one that takes this long does not come.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    public static AmazonDynamoDBConfig Configuration() => new()
    {
        MaxErrorRetry = 0,
        Timeout = AnswerLimit,
        ConnectTimeout = TimeSpan.FromSeconds(2),

        // The store may be asked by hundreds of requests at once.
        MaxConnectionsPerServer = 256,
    };

    /// <exception cref="StoreUnavailableException">No region is set.</exception>
    public static IAmazonDynamoDB New()
    {
        try
        {
            return new AmazonDynamoDBClient(Configuration());
        }
        catch (AmazonClientException e)
        {
            throw new StoreUnavailableException("store_no_region", "There is no AWS region for the store.", "Set AWS_REGION to the region of its table.", e);
        }
    }

    internal static string PlaceOf(IAmazonDynamoDB client) =>
        client.Config.ServiceURL is { Length: > 0 } url ? url : client.Config.RegionEndpoint?.SystemName ?? "the set region";
}
