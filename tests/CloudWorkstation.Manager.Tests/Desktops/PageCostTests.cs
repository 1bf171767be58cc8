using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Bulks;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Desktops;

/// <summary>A page costs the same number of reads with a hundred desktops and with ten thousand.</summary>
public sealed class PageCostTests
{
    private const int Limit = 240_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static DesktopFilter Everyones { get; } = new() { Everyone = true };

    [Fact(Timeout = Limit)]
    public async Task Reads_of_every_list_stay_the_same_when_the_fleet_grows_a_hundredfold()
    {
        await using var manager = new TestManager(configure: services => services.AddSingleton<IDocumentStore>(s => new CountingStore(s.GetRequiredService<SqliteDocumentStore>())));
        await AddAsync(manager, 0, 100);
        var small = await CostsAsync(manager);
        await AddAsync(manager, 100, 10_000);
        var large = await CostsAsync(manager);

        large.ShouldBe(small);

        // Everything that matches is looked through in large pages, and only because somebody is about to change all of it.
        (await ReadsAsync(manager, async () => (await manager.Get<IBulkService>().CountAsync(TestManager.Admin, Everyones with { Search = "Desktop 99" }, None)).Value.ShouldBe(111))).ShouldBeLessThanOrEqualTo(12);
        (await manager.Get<IBulkService>().CountAsync(TestManager.Admin, Everyones, None)).Problem!.Errors.Single().Field.ShouldBe("filter");
    }

    private static async Task<Dictionary<string, int>> CostsAsync(TestManager manager) => new()
    {
        ["all"] = await ReadsAsync(manager, () => ListAsync(manager, Everyones)),
        ["state"] = await ReadsAsync(manager, () => ListAsync(manager, Everyones with { Status = DesktopStatus.Stopped })),
        ["template"] = await ReadsAsync(manager, () => ListAsync(manager, Everyones with { Template = "tiny" })),
        ["owner"] = await ReadsAsync(manager, () => ListAsync(manager, new DesktopFilter { Owner = "acc-0" })),
        ["age"] = await ReadsAsync(manager, () => ListAsync(manager, Everyones with { CreatedBefore = Start.AddYears(1) })),
        ["unused"] = await ReadsAsync(manager, () => ListAsync(manager, Everyones with { UnusedSince = Start.AddYears(1) })),
        ["operations"] = await ReadsAsync(manager, () => manager.Operations.ListAsync(TestManager.Admin, new OperationFilter(null, OperationState.Failed, 20, null) { Kind = OperationKind.Create }, None)),
        ["statistics"] = await ReadsAsync(manager, () => manager.Get<IStatisticsService>().ReadAsync(TestManager.Admin, new StatisticsQuery(Start, Start.AddDays(30), StatisticsStep.Day), None)),
        ["people"] = await ReadsAsync(manager, () => manager.Get<IStatisticsService>().PeopleAsync(TestManager.Admin, new DateOnly(2026, 1, 1), 20, null, None)),
    };

    private static async Task ListAsync(TestManager manager, DesktopFilter filter) =>
        (await manager.Desktops.ListAsync(TestManager.Admin, filter with { Limit = 20 }, None)).Value.Items.Count.ShouldBe(20);

    private static async Task<int> ReadsAsync(TestManager manager, Func<Task> read)
    {
        var store = (CountingStore)manager.Get<IDocumentStore>();
        var before = store.Reads;
        await read();
        return store.Reads - before;
    }

    private static async Task AddAsync(TestManager manager, int from, int to)
    {
        var desktops = manager.Get<DesktopDocuments>().Desktops;
        foreach (var some in Enumerable.Range(from, to - from).Chunk(50))
        {
            (await manager.Get<IDocumentStore>().CommitAsync([.. some.Select(n => desktops.Add(New(n)))], None)).Committed.ShouldBeTrue();
        }
    }

    private static Desktop New(int number) => new()
    {
        Id = $"a{number:d11}",
        Name = $"Desktop {number}",
        Owner = $"acc-{number % 4}",
        OwnerName = $"person{number % 4}",
        Template = number % 2 == 0 ? "tiny" : "local-vnc",
        TemplateVersion = "v1",
        Parameters = new Dictionary<string, System.Text.Json.JsonElement>(),
        Status = number % 3 == 0 ? DesktopStatus.Running : DesktopStatus.Stopped,
        Power = Power.Off,
        ProtectedSecret = "",
        State = "local:x",
        CreatedAt = Start.AddMinutes(number),
        UpdatedAt = Start,
    };

    private sealed class CountingStore(IDocumentStore inner) : IDocumentStore
    {
        private int reads;

        public int Reads => Volatile.Read(ref reads);

        public Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref reads);
            return inner.GetAsync(key, cancellationToken);
        }

        public Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref reads);
            return inner.QueryAsync(query, cancellationToken);
        }

        public Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken) => inner.CommitAsync(writes, cancellationToken);
    }
}
