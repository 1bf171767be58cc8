using Amazon.DynamoDBv2;
using Amazon.Runtime;
using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.DynamoDb;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>A table of a test's own in the moto that the whole assembly shares, and a client to it whose calls the test sees and can disturb.</summary>
internal sealed class DynamoTable
{
    public const string Region = "eu-central-1";

    private static readonly Lazy<Task<MotoServer>> Moto = new(() => MotoServer.StartAsync(CancellationToken.None));

    private DynamoTable(Uri endpoint)
    {
        Endpoint = endpoint;
        Client = NewClient();
    }

    public Uri Endpoint { get; }

    public string Name { get; } = $"cws-{Guid.NewGuid():n}";

    public WatchedClient Client { get; }

    public static async Task<DynamoTable> WithoutTableAsync() => new((await Moto.Value).Endpoint);

    public static async Task<DynamoTable> CreateAsync()
    {
        var table = await WithoutTableAsync();
        await table.Setup().EnsureAsync(create: true, CancellationToken.None);
        return table;
    }

    public WatchedClient NewClient(Uri? endpoint = null, AWSCredentials? credentials = null)
    {
        var configuration = DynamoClients.Configuration();
        (configuration.ServiceURL, configuration.AuthenticationRegion) = ((endpoint ?? Endpoint).AbsoluteUri, Region);
        return new WatchedClient(credentials ?? new BasicAWSCredentials("test", "test"), configuration);
    }

    public TableSetup Setup(IAmazonDynamoDB? client = null) => new(client ?? Client, Name, TimeProvider.System);

    public DynamoDocumentStore Store(IAmazonDynamoDB? client = null, IEnumerable<CollectionDefinition>? definitions = null) =>
        new(client ?? Client, Name, definitions ?? Doc.Definitions, TimeProvider.System);
}
