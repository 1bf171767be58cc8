using System.Net;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;

namespace CloudWorkstation.Manager.Tests.Audit;

/// <summary>Searching the trail: by every filter, page by page, over days and months, through an index.</summary>
public sealed class AuditSearchTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly Actor Ann = new("acc-ann", "ann", ["user"], [], "ses1", "192.0.2.7");
    private static readonly Actor Ben = new("acc-ben", "ben", ["user"], [], "ses2", "10.1.2.3");
    private static readonly Actor Reader = new("acc-eve", "eve", ["auditor"], []);

    private readonly TemporaryDirectory directory = new();
    private readonly ManualTime time = new();
    private readonly SqliteDocumentStore store;
    private readonly AuditLog log;

    public AuditSearchTests()
    {
        store = new SqliteDocumentStore(Path.Combine(directory.Path, "audit.db"), [AuditEntries.Definition]);
        log = New(store);
    }

    [Fact(Timeout = Limit)]
    public async Task Each_filter_finds_what_it_says_and_nothing_else()
    {
        await RecordAsync(Ann, AuditActions.DesktopConnect, "desktop/aaaaaaaaaaaa");
        await RecordAsync(Ben, AuditActions.DesktopConnect, "desktop/aaaaaaaaaaaa", AuditResults.Refused, "not_found");
        await RecordAsync(Ben, AuditActions.SessionSignIn, "account/acc-ben", detail: "password");

        (await FindAsync(new() { ActorId = "acc-ben" })).ShouldBe(["session.sign-in ben", "desktop.connect ben"]);
        (await FindAsync(new() { Target = "desktop/aaaaaaaaaaaa" })).ShouldBe(["desktop.connect ben", "desktop.connect ann"]);
        (await FindAsync(new() { Action = AuditActions.SessionSignIn })).ShouldBe(["session.sign-in ben"]);
        (await FindAsync(new() { Result = AuditResults.Refused })).ShouldBe(["desktop.connect ben"]);
        (await FindAsync(new() { Network = IPNetwork.Parse("10.0.0.0/8") })).ShouldBe(["session.sign-in ben", "desktop.connect ben"]);
        (await FindAsync(new() { Network = IPNetwork.Parse("192.0.2.7/32") })).ShouldBe(["desktop.connect ann"]);
        (await FindAsync(new() { Text = "NOT_found" })).ShouldBe(["desktop.connect ben"]);
        (await FindAsync(new() { ActorId = "acc-ben", Action = AuditActions.DesktopConnect, Result = AuditResults.Accepted })).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_range_of_days_is_read_across_midnight_and_the_ends_of_months()
    {
        time.Advance(TimeSpan.FromDays(20));
        for (var day = 0; day < 40; day++)
        {
            await RecordAsync(Ann, AuditActions.AccountChange, "account/acc-ann", detail: $"day {day}");
            time.Advance(TimeSpan.FromHours(23));
            await RecordAsync(Ann, AuditActions.SessionEnd, "session/ses1", detail: $"day {day}");
            time.Advance(TimeSpan.FromHours(1));
        }

        var from = time.GetUtcNow().AddDays(-10);
        var expected = Enumerable.Range(30, 10).Reverse().SelectMany(d => new[] { $"session.end day {d}", $"account.change day {d}" }).ToList();

        (await AllPagesAsync(new() { From = from, To = time.GetUtcNow(), Limit = 3 })).ShouldBe(expected);
        (await AllPagesAsync(new() { From = from, Action = AuditActions.AccountChange, Limit = 3 })).ShouldBe(expected.Where(e => e.StartsWith("account", StringComparison.Ordinal)));
        (await AllPagesAsync(new() { From = from, Target = "session/ses1", Limit = 4 })).ShouldBe(expected.Where(e => e.StartsWith("session", StringComparison.Ordinal)));
        (await AllPagesAsync(new() { Action = AuditActions.SessionEnd, Limit = 7 })).Count.ShouldBe(40);
        (await ExportAsync(new() { From = from })).ShouldBe(expected.AsEnumerable().Reverse());
    }

    [Fact(Timeout = Limit)]
    public async Task A_filter_that_matches_little_gives_short_pages_with_a_way_on_and_reads_a_bounded_number()
    {
        for (var i = 0; i < 1500; i++)
        {
            await RecordAsync(Ann, AuditActions.SessionEnd, "session/ses1", detail: i == 3 ? "needle" : "hay");
        }

        var first = await PageAsync(new() { Text = "needle", Limit = 10 });
        first.Items.ShouldBeEmpty();
        first.Cursor.ShouldNotBeNull();
        (await AllPagesAsync(new() { Text = "needle", Limit = 10 })).ShouldBe(["session.end needle"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_year_without_entries_is_walked_in_a_few_pages()
    {
        await RecordAsync(Ann, AuditActions.SessionEnd, "session/ses1", detail: "long ago");
        var then = time.GetUtcNow();
        time.Advance(TimeSpan.FromDays(300));

        var pages = 0;
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await PageAsync(new() { From = then.AddDays(-1), Cursor = cursor });
            found.AddRange(page.Items.Select(e => e.Detail!));
            cursor = page.Cursor;
            pages++;
        }
        while (cursor is not null);

        found.ShouldBe(["long ago"]);
        pages.ShouldBeInRange(2, 10);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cursor_of_another_search_is_refused()
    {
        await RecordAsync(Ann, AuditActions.SessionEnd, "session/ses1");
        await RecordAsync(Ann, AuditActions.SessionEnd, "session/ses1");
        var page = await PageAsync(new() { Limit = 1 });

        (await log.QueryAsync(Reader, new() { Cursor = page.Cursor, Limit = 1 }, None)).Succeeded.ShouldBeTrue();
        (await log.QueryAsync(Reader, new() { Cursor = page.Cursor, Text = "x" }, None)).Problem!.Code.ShouldBe("invalid_cursor");
        (await log.QueryAsync(Reader, new() { Cursor = "rubbish" }, None)).Problem!.Code.ShouldBe("invalid_cursor");
    }

    [Fact(Timeout = Limit)]
    public async Task Taking_the_trail_away_needs_the_right_and_is_an_entry()
    {
        (await log.ExportAsync(Ann, new(), None)).Problem!.Code.ShouldBe("forbidden");
        (await log.ExportAsync(Reader, new() { Action = AuditActions.SessionEnd }, None)).Succeeded.ShouldBeTrue();

        (await FindAsync(new() { Action = AuditActions.AuditExport })).ShouldBe(["audit.export eve"]);
    }

    /// <summary>The product's only ways to the trail's documents are adding and reading.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_entry_cannot_be_replaced_or_removed()
    {
        var write = log.Entry(Ann, AuditActions.SessionEnd, "session/ses1", AuditResults.Accepted);
        await store.CommitAsync([write], None);

        await Should.ThrowAsync<ArgumentException>(() => store.CommitAsync([write with { Condition = ConditionKind.VersionIs, ExpectedVersion = 1 }], None));
        await Should.ThrowAsync<ArgumentException>(() => store.CommitAsync([write with { Kind = WriteKind.Delete, Condition = ConditionKind.VersionIs, ExpectedVersion = 1 }], None));
        (await store.CommitAsync([write], None)).Committed.ShouldBeFalse();
        typeof(AuditEntries).GetMethods().Where(m => m.DeclaringType == typeof(AuditEntries) && !m.IsSpecialName).Select(m => m.Name).ShouldBe(["Add", "PageAsync"], ignoreOrder: true);
        typeof(IAuditLog).GetMethods().Select(m => m.Name).Distinct().ShouldBe(["Entry", "RecordAsync", "QueryAsync", "ExportAsync"], ignoreOrder: true);
    }

    [Fact(Timeout = Limit)]
    public async Task An_entry_is_kept_for_as_long_as_the_operator_says()
    {
        await Task.Yield();
        var write = New(store, new ManagerOptions { Audit = new AuditOptions { Days = 30 } }).Entry(Ann, AuditActions.SessionEnd, "session/ses1", AuditResults.Accepted);

        write.ExpiresAt.ShouldBe(time.GetUtcNow().AddDays(30));
        Should.Throw<InvalidOperationException>(() => new AuditOptions { Days = 0 });
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_request_does_says_where_it_came_from_and_what_the_product_does_does_not()
    {
        AuditOrigin.Begin("203.0.113.9", "Agent/1", "req-1");
        await RecordAsync(Ann with { Address = null }, AuditActions.SessionSignIn, "account/acc-ann", detail: "password");
        await RecordAsync(Actor.System, AuditActions.SessionEnd, "session/ses1");
        AuditOrigin.Leave();
        await RecordAsync(Ann with { Address = null }, AuditActions.SessionEnd, "session/ses1");

        var entries = (await PageAsync(new())).Items;
        (entries[2].Address, entries[2].UserAgent, entries[2].RequestId, entries[2].SessionId).ShouldBe(("203.0.113.9", "Agent/1", "req-1", "ses1"));
        (entries[1].Address, entries[1].UserAgent, entries[1].RequestId).ShouldBe((null, null, null));
        (entries[0].Address, entries[0].RequestId).ShouldBe((null, null));
    }

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private AuditLog New(SqliteDocumentStore on, ManagerOptions? options = null)
    {
        var entries = new AuditEntries(on);
        return new AuditLog(on, entries, new AuditSearch(entries, options ?? new ManagerOptions(), time), new SortableIds(time), options ?? new ManagerOptions());
    }

    private Task RecordAsync(Actor actor, string action, string target, string result = AuditResults.Accepted, string? detail = null) =>
        log.RecordAsync(actor, action, target, result, detail, None);

    private async Task<Manager.Operations.Listing<AuditEntry>> PageAsync(AuditFilter filter) => (await log.QueryAsync(Reader, filter, None)).Value;

    private async Task<List<string>> FindAsync(AuditFilter filter) => [.. (await PageAsync(filter)).Items.Select(e => $"{e.Action} {e.ActorName}")];

    private async Task<List<string>> AllPagesAsync(AuditFilter filter)
    {
        List<string> all = [];
        string? cursor = null;
        do
        {
            var page = await PageAsync(filter with { Cursor = cursor });
            page.Items.Count.ShouldBeLessThanOrEqualTo(filter.Limit);
            all.AddRange(page.Items.Select(e => $"{e.Action} {e.Detail}"));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return all;
    }

    private async Task<List<string>> ExportAsync(AuditFilter filter)
    {
        List<string> all = [];
        await foreach (var entry in (await log.ExportAsync(Reader, filter, None)).Value)
        {
            if (entry.Action != AuditActions.AuditExport)
            {
                all.Add($"{entry.Action} {entry.Detail}");
            }
        }

        return all;
    }
}
