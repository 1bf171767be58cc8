using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using CloudWorkstation.Manager.Health;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.DynamoDb;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>The table as it should be, and what an administrator reads where it is not, or cannot be used.</summary>
public sealed class TableTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task A_created_table_is_active_pays_per_request_and_expires_documents()
    {
        var table = await DynamoTable.CreateAsync();

        var made = (await table.Client.DescribeTableAsync(table.Name, Token)).Table;
        made.TableStatus.ShouldBe(TableStatus.ACTIVE);
        made.BillingModeSummary.BillingMode.ShouldBe(BillingMode.PAY_PER_REQUEST);
        made.GlobalSecondaryIndexes.Count.ShouldBe(4);
        var expiry = (await table.Client.DescribeTimeToLiveAsync(table.Name, Token)).TimeToLiveDescription;
        (expiry.TimeToLiveStatus.Value, expiry.AttributeName).ShouldBe(("ENABLED", "expires"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Processes_that_start_together_create_it_once()
    {
        var table = await DynamoTable.WithoutTableAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => table.Setup(table.NewClient()).EnsureAsync(create: true, Token)));

        (await table.Store().GetAsync(Doc.Key("a"), Token)).ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_missing_table_is_named_with_its_region_and_not_created_unasked()
    {
        var table = await DynamoTable.WithoutTableAsync();

        var error = await Should.ThrowAsync<StoreUnavailableException>(() => table.Setup().EnsureAsync(create: false, Token));

        error.Code.ShouldBe("store_table_missing");
        error.Message.ShouldContain(table.Name);
        error.Fix.ShouldContain("AWS_REGION");
        (await Should.ThrowAsync<ResourceNotFoundException>(() => table.Client.DescribeTableAsync(table.Name, Token))).ShouldNotBeNull();
    }

    public static TheoryData<string, string> WrongTables => new()
    {
        { "key", "its key is id (S) and should be document (S)" },
        { "type", "its key is document (N) and should be document (S)" },
        { "index", "the index index4 is missing" },
        { "indexkey", "the key of index2 is index2_sort (S) + index2_partition (S) and should be index2_partition (S) + index2_sort (S)" },
        { "projection", "index1 does not project ALL" },
    };

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(WrongTables))]
    public async Task A_table_of_somebody_else_is_refused_at_the_start(string what, string said)
    {
        var table = await DynamoTable.WithoutTableAsync();
        var definition = TableSetup.Definition(table.Name);
        switch (what)
        {
            case "key":
                definition.KeySchema[0].AttributeName = "id";
                definition.AttributeDefinitions[0].AttributeName = "id";
                break;
            case "type":
                definition.AttributeDefinitions[0].AttributeType = ScalarAttributeType.N;
                break;
            case "index":
                definition.GlobalSecondaryIndexes.RemoveAt(3);
                definition.AttributeDefinitions.RemoveAll(a => a.AttributeName.StartsWith("index4", StringComparison.Ordinal));
                break;
            case "indexkey":
                definition.GlobalSecondaryIndexes[1].KeySchema = [new("index2_sort", KeyType.HASH), new("index2_partition", KeyType.RANGE)];
                break;
            default:
                definition.GlobalSecondaryIndexes[0].Projection.ProjectionType = ProjectionType.KEYS_ONLY;
                break;
        }

        await table.Client.CreateTableAsync(definition, Token);

        var error = await Should.ThrowAsync<StoreUnavailableException>(() => table.Setup().EnsureAsync(create: true, Token));

        error.Code.ShouldBe("store_table_wrong");
        error.Message.ShouldContain(said);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("UnrecognizedClientException", "store_credentials_refused", "AWS_ACCESS_KEY_ID")]
    [InlineData("InvalidSignatureException", "store_credentials_refused", "AWS_SECRET_ACCESS_KEY")]
    [InlineData("ExpiredTokenException", "store_credentials_expired", "Renew")]
    [InlineData("AccessDeniedException", "store_forbidden", "role")]
    [InlineData("ResourceNotFoundException", "store_table_missing", "CWS_STORE__TABLE")]
    [InlineData("ThrottlingException", "store_throttled", "CloudWatch")]
    [InlineData("InternalServerError", "store_failing", "AWS health")]
    public async Task What_aws_refuses_is_told_by_the_readiness_check_at_once(string refused, string code, string fix)
    {
        var table = await DynamoTable.CreateAsync();
        table.Client.Refuse(int.MaxValue, () => new AmazonDynamoDBException("User: arn:aws:iam::1:role/x is not authorized to perform: dynamodb:GetItem")
        {
            ErrorCode = refused,
            StatusCode = refused.StartsWith("Internal", StringComparison.Ordinal) ? System.Net.HttpStatusCode.InternalServerError : System.Net.HttpStatusCode.BadRequest,
        });
        table.Client.Requests.Clear();

        var problem = await ReadinessOf(table.Store(definitions: [new CollectionDefinition("accounts")]));

        problem.Code.ShouldBe(code);
        problem.Fix.ShouldContain(fix);
        table.Client.Requests.Count.ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_endpoint_that_nobody_answers_at_is_told_with_its_address()
    {
        var table = await DynamoTable.WithoutTableAsync();
        using var client = table.NewClient(new Uri("http://127.0.0.1:1"));

        var problem = await ReadinessOf(table.Store(client, [new CollectionDefinition("accounts")]));

        problem.Code.ShouldBe("store_unreachable");
        problem.Message.ShouldContain("127.0.0.1:1");
    }

    [Fact(Timeout = Timeout)]
    public async Task Credentials_that_are_not_there_are_told()
    {
        var table = await DynamoTable.WithoutTableAsync();
        using var client = table.NewClient(credentials: new NoCredentials());

        var problem = await ReadinessOf(table.Store(client, [new CollectionDefinition("accounts")]));

        problem.Code.ShouldBe("store_no_credentials");
    }

    [Fact(Timeout = Timeout)]
    public async Task Another_region_has_no_such_table()
    {
        var table = await DynamoTable.CreateAsync();
        var configuration = DynamoClients.Configuration();
        (configuration.ServiceURL, configuration.AuthenticationRegion) = (table.Endpoint.AbsoluteUri, "us-west-2");
        using var client = new AmazonDynamoDBClient(new BasicAWSCredentials("test", "test"), configuration);

        var error = await Should.ThrowAsync<StoreUnavailableException>(() => table.Setup(client).EnsureAsync(create: false, Token));

        error.Code.ShouldBe("store_table_missing");
    }

    private static async Task<HealthProblem> ReadinessOf(IDocumentStore store) => (await new StoreCheck(store).CheckAsync(Token)).ShouldNotBeNull();

    private sealed class NoCredentials : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw new AmazonClientException("Unable to get IAM security credentials from EC2 Instance Metadata Service.");
    }
}
