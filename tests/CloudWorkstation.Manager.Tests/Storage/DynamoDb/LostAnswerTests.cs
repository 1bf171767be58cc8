using Amazon.DynamoDBv2.Model;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.DynamoDb;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>A commit was done and its answer was lost: the second try must say what the first one did. moto ignores ClientRequestToken, so only our own token can.</summary>
public sealed class LostAnswerTests : IAsyncLifetime
{
    private const int Timeout = 60_000;

    private DynamoTable table = null!;
    private DynamoDocumentStore store = null!;

    /// <summary>Another process, whose answers arrive.</summary>
    private DynamoDocumentStore other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        table = await DynamoTable.CreateAsync();
        (store, other) = (table.Store(), table.Store(table.NewClient()));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory(Timeout = Timeout)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_added_document_is_ours_however_often_the_answer_was_lost(int times)
    {
        table.Client.LoseAnswers(times);

        (await store.CommitAsync([Doc.Add("a", "mine")], Token)).Committed.ShouldBeTrue();

        (await store.GetAsync(Doc.Key("a"), Token))!.Version.ShouldBe(1);
        table.Client.Requests.Count(r => r is PutItemRequest).ShouldBe(times + 1);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_replaced_document_is_ours_and_was_replaced_once()
    {
        await DoneAsync(Doc.Add("a"));
        table.Client.LoseAnswers(2);

        (await store.CommitAsync([Doc.Replace("a", 1, "mine")], Token)).Committed.ShouldBeTrue();

        (await store.GetAsync(Doc.Key("a"), Token))!.Version.ShouldBe(2);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_replaced_document_is_ours_even_when_others_have_replaced_it_since()
    {
        await DoneAsync(Doc.Add("a"));
        table.Client.LoseAnswers(1, async () =>
        {
            await other.CommitAsync([Doc.Replace("a", 2, "theirs")], Token);
            await other.CommitAsync([Doc.Replace("a", 3, "theirs again")], Token);
        });

        (await store.CommitAsync([Doc.Replace("a", 1, "mine")], Token)).Committed.ShouldBeTrue();

        Doc.Text(await store.GetAsync(Doc.Key("a"), Token)).ShouldBe("theirs again");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_cannot_be_told_any_more_is_not_guessed()
    {
        await DoneAsync(Doc.Add("a"));
        table.Client.LoseAnswers(1, async () =>
        {
            for (var version = 2; version < 6; version++)
            {
                await other.CommitAsync([Doc.Replace("a", version, "theirs")], Token);
            }
        });

        var error = await Should.ThrowAsync<StoreUnavailableException>(() => store.CommitAsync([Doc.Replace("a", 1, "mine")], Token));

        error.Code.ShouldBe("store_answer_lost");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_request_that_never_arrived_loses_to_one_that_did()
    {
        await DoneAsync(Doc.Add("a"));
        table.Client.Disturb(1, async _ =>
        {
            await other.CommitAsync([Doc.Replace("a", 1, "theirs")], Token);
            throw new TimeoutException("Nobody knows whether it arrived.");
        });

        (await store.CommitAsync([Doc.Replace("a", 1, "mine")], Token)).Failed.ShouldBe([0]);
        Doc.Text(await store.GetAsync(Doc.Key("a"), Token)).ShouldBe("theirs");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_transaction_is_ours_by_any_of_its_documents()
    {
        await DoneAsync(Doc.Add("counter"), Doc.Add("guard"), Doc.Add("old"));
        table.Client.LoseAnswers(1, async () =>
        {
            for (var version = 2; version < 8; version++)
            {
                await other.CommitAsync([Doc.Replace("counter", version, "theirs")], Token);
            }

            await other.CommitAsync([Doc.Replace("guard", 1)], Token);
        });

        var result = await store.CommitAsync([Doc.CheckVersion("guard", 1), Doc.Replace("counter", 1), Doc.Delete("old", 1), Doc.Add("audit")], Token);

        result.Committed.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_transaction_that_lost_says_which_of_its_conditions_failed()
    {
        await DoneAsync(Doc.Add("a"));
        table.Client.Disturb(1, async _ =>
        {
            await other.CommitAsync([Doc.Replace("a", 1, "theirs")], Token);
            throw new HttpRequestException("The connection was reset.");
        });

        (await store.CommitAsync([Doc.Add("audit"), Doc.Replace("a", 1)], Token)).Failed.ShouldBe([1]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delete_is_told_from_somebody_elses(bool ours)
    {
        await DoneAsync(Doc.Add("a"));
        if (ours)
        {
            table.Client.LoseAnswers(1);
        }
        else
        {
            var first = true;
            table.Client.Behaviour = async (_, send) =>
            {
                if (first)
                {
                    first = false;
                    await other.CommitAsync([Doc.Delete("a", 1)], Token);
                    throw new HttpRequestException("The connection was reset.");
                }

                await send();
            };
        }

        (await store.CommitAsync([Doc.Delete("a", 1)], Token)).Committed.ShouldBe(ours);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_cancelled_caller_is_not_kept_waiting()
    {
        using var cancel = new CancellationTokenSource();
        table.Client.Behaviour = async (_, _) =>
        {
            await cancel.CancelAsync();
            throw new HttpRequestException("The connection was reset.");
        };

        await Should.ThrowAsync<Exception>(() => store.CommitAsync([Doc.Add("a")], cancel.Token));

        table.Client.Requests.Count(r => r is PutItemRequest).ShouldBe(1);
    }

    private async Task DoneAsync(params DocumentWrite[] writes)
    {
        (await other.CommitAsync(writes, Token)).Committed.ShouldBeTrue();
        table.Client.Requests.Clear();
    }
}
