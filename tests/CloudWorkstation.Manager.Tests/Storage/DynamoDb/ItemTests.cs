using System.Text;
using Amazon.DynamoDBv2.Model;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.DynamoDb;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>DynamoDB's limits are kept by what the store's rules allow at most.</summary>
public sealed class ItemTests
{
    private const int Timeout = 60_000;
    private const int LargestItem = 400 * 1024;
    private const int LargestTransaction = 4 * 1024 * 1024;
    private const int LargestPartition = 2048;
    private const int LargestSort = 1024;

    /// <summary>Three bytes of UTF-8 for one UTF-16 unit: there is nothing wider.</summary>
    private const char Wide = '\uFF5E';

    private static readonly CollectionDefinition Longest = new(new string('c', 256), "index-a", "index-b", "index-c", "index-d");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task The_largest_document_with_the_longest_names_fits_an_item()
    {
        var table = await DynamoTable.CreateAsync();
        var store = table.Store(definitions: [Longest]);
        var largest = Largest(0, StoreLimits.MaximumDocumentBytes);

        // Not sent: moto's limit is lower than DynamoDB's.
        table.Client.Behaviour = (_, _) => Task.CompletedTask;

        await store.CommitAsync([largest with { ExpiresAt = DateTimeOffset.MaxValue }], Token);

        var item = table.Client.Requests.OfType<PutItemRequest>().Single().Item;
        var versionsAndTokens = 20 + TableLayout.Commits.Sum(c => c.Length + 16);
        (SizeOf(item) + versionsAndTokens).ShouldBeLessThanOrEqualTo(LargestItem);
        for (var n = 1; n <= TableLayout.Indexes; n++)
        {
            Encoding.UTF8.GetByteCount(item[TableLayout.PartitionName(n)].S).ShouldBeLessThanOrEqualTo(LargestPartition);
            Encoding.UTF8.GetByteCount(item[TableLayout.SortName(n)].S).ShouldBeLessThanOrEqualTo(LargestSort);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task The_largest_commit_fits_a_transaction()
    {
        var table = await DynamoTable.CreateAsync();
        var store = table.Store(definitions: [Longest]);
        var json = (StoreLimits.MaximumCommitBytes / StoreLimits.MaximumWritesPerCommit) - (KeysOf(Largest(0, 10)) + 300);
        DocumentWrite[] commit = [.. Enumerable.Range(0, StoreLimits.MaximumWritesPerCommit).Select(i => Largest(i, json))];

        (await store.CommitAsync(commit, Token)).Committed.ShouldBeTrue();

        var sent = table.Client.Requests.OfType<TransactWriteItemsRequest>().Single();
        sent.TransactItems.Sum(t => SizeOf(t.Put.Item)).ShouldBeLessThanOrEqualTo(LargestTransaction);
        await Should.ThrowAsync<ArgumentException>(() => store.CommitAsync([.. commit.Select((c, i) => i == 0 ? Largest(0, json + 60_000) : c)], Token));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_document_that_is_too_large_or_no_text_is_refused_before_anything_is_sent()
    {
        var table = await DynamoTable.CreateAsync();
        var store = table.Store();
        table.Client.Requests.Clear();

        await Should.ThrowAsync<ArgumentException>(() => store.CommitAsync([Doc.Add("a") with { Json = new byte[StoreLimits.MaximumDocumentBytes + 1] }], Token));
        await Should.ThrowAsync<ArgumentException>(() => store.CommitAsync([Doc.Add("a") with { Json = new byte[] { 0xC3 } }], Token));

        table.Client.Requests.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_sort_of_512_wide_characters_is_refused_on_every_store()
    {
        await Task.Yield();
        var rules = new StoreRules([Longest]);

        Should.Throw<ArgumentException>(() => rules.Check([Largest(0, 10) with { Indexes = [new IndexEntry("index-a", "p", new string(Wide, 512))] }]));
        Should.Throw<ArgumentException>(() => rules.Check([Largest(0, 10) with { Indexes = [new IndexEntry("index-a", "p", "a\u0001b")] }]));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_put_alone_is_no_transaction_and_nothing_is_ever_scanned()
    {
        var table = await DynamoTable.CreateAsync();
        var store = table.Store();
        table.Client.Requests.Clear();

        await store.CommitAsync([Doc.Add("a", "x", Doc.Owner("p", "1"))], Token);
        await store.CommitAsync([Doc.Replace("a", 1, "y", Doc.Owner("p", "1"))], Token);
        await store.GetAsync(Doc.Key("a"), Token);
        await store.QueryAsync(Doc.Query("p"), Token);
        await store.CommitAsync([Doc.Delete("a", 2)], Token);

        table.Client.Requests.Select(r => r.GetType().Name).ShouldBe(
            [nameof(PutItemRequest), nameof(UpdateItemRequest), nameof(GetItemRequest), nameof(QueryRequest), nameof(TransactWriteItemsRequest)]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_page_of_large_documents_is_read_to_its_end()
    {
        var table = await DynamoTable.CreateAsync();
        var store = table.Store();
        var text = new string('x', 300_000);
        for (var i = 0; i < 8; i++)
        {
            await store.CommitAsync([Doc.Add($"n{i}", text, Doc.Owner("p", $"{i}"))], Token);
        }

        // Another process, which has no writes of its own to show.
        var page = await table.Store(table.NewClient()).QueryAsync(Doc.Query("p") with { Limit = 7 }, Token);

        page.Documents.Count.ShouldBe(7);
        page.NextToken.ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_expired_document_goes_no_earlier_than_asked()
    {
        var table = await DynamoTable.CreateAsync();
        await table.Store().CommitAsync([Doc.Add("a") with { ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_001) }], Token);

        (await table.Client.GetItemAsync(table.Name, TableLayout.KeyOf(Doc.Key("a")), Token)).Item["expires"].N.ShouldBe("1800000001");
    }

    private static DocumentWrite Largest(int number, int json) => new()
    {
        Key = new DocumentKey(Longest.Name, $"{number:000}".PadLeft(256, 'i')),
        Kind = WriteKind.Put,
        Condition = ConditionKind.Absent,
        Json = Doc.Json(new string('x', json - 2)),
        Indexes = [.. Longest.Indexes.Select(index => new IndexEntry(index, new string(Wide, 256), new string(Wide, 255)))],
    };

    private static int KeysOf(DocumentWrite write) =>
        512 + write.Indexes.Sum(e => 512 + Encoding.UTF8.GetByteCount(e.Partition) + Encoding.UTF8.GetByteCount(e.Sort));

    private static int SizeOf(Dictionary<string, AttributeValue> item) => ItemSizes.Of(item);
}
