using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.DynamoDb;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>What is refused for the moment is tried again, a bounded number of times.</summary>
public sealed class ThrottlingTests : IAsyncLifetime
{
    private const int Timeout = 60_000;

    private DynamoTable table = null!;
    private DynamoDocumentStore store = null!;

    public static TheoryData<string> ForNow =>
        ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "TransactionConflictException"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        table = await DynamoTable.CreateAsync();
        store = table.Store();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(ForNow))]
    public async Task A_refusal_for_now_is_tried_again(string code)
    {
        table.Client.Refuse(3, () => Error(code));
        (await store.CommitAsync([Doc.Add("a")], Token)).Committed.ShouldBeTrue();

        table.Client.Refuse(3, () => Error(code));
        (await store.GetAsync(Doc.Key("a"), Token)).ShouldNotBeNull();

        table.Client.Refuse(3, () => Error(code));
        (await store.QueryAsync(Doc.Query("p"), Token)).Documents.ShouldBeEmpty();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("TransactionConflict")]
    [InlineData("ThrottlingError")]
    [InlineData("ProvisionedThroughputExceeded")]
    public async Task A_transaction_that_was_cancelled_for_now_is_tried_again(string reason)
    {
        table.Client.Refuse(2, () => Cancelled("None", reason));

        (await store.CommitAsync([Doc.Add("a"), Doc.Add("b")], Token)).Committed.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_failed_condition_beside_a_conflict_is_the_answer()
    {
        table.Client.Refuse(1, () => Cancelled("ConditionalCheckFailed", "TransactionConflict"));

        (await store.CommitAsync([Doc.Add("a"), Doc.Add("b")], Token)).Failed.ShouldBe([0]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_throttle_that_lasts_ends_with_what_to_do_about_it()
    {
        table.Client.Refuse(int.MaxValue, () => Error("ProvisionedThroughputExceededException"));

        var error = await Should.ThrowAsync<StoreUnavailableException>(() => store.CommitAsync([Doc.Add("a")], Token));

        error.Code.ShouldBe("store_throttled");
        error.Fix.ShouldContain("CloudWatch");
        table.Client.Requests.Count(r => r is PutItemRequest).ShouldBe(10);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_will_never_do_is_not_tried_again()
    {
        table.Client.Refuse(int.MaxValue, () => Error("ValidationException"));

        await Should.ThrowAsync<AmazonServiceException>(() => store.CommitAsync([Doc.Add("a")], Token));

        table.Client.Requests.Count(r => r is PutItemRequest).ShouldBe(1);
    }

    private static AmazonServiceException Error(string code) => code == "TransactionConflictException"
        ? new TransactionConflictException("busy") { ErrorCode = code, StatusCode = System.Net.HttpStatusCode.BadRequest }
        : new Amazon.DynamoDBv2.AmazonDynamoDBException("no") { ErrorCode = code, StatusCode = System.Net.HttpStatusCode.BadRequest };

    private static TransactionCanceledException Cancelled(params string[] reasons) => new("cancelled")
    {
        ErrorCode = "TransactionCanceledException",
        StatusCode = System.Net.HttpStatusCode.BadRequest,
        CancellationReasons = [.. reasons.Select(r => new CancellationReason { Code = r })],
    };
}
