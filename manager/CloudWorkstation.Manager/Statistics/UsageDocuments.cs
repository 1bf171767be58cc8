using System.Globalization;
using CloudWorkstation.Manager.Statistics.Timings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Statistics;

/// <summary>A desktop that runs, and until when its time is in the books.</summary>
internal sealed record RunningDesktop(string Desktop, string Owner, string OwnerName, string Template, DateTimeOffset CountedUntil);

/// <summary>Desktops that run at this moment.</summary>
internal sealed record RunningNow(int Count);

/// <summary>Somebody was connected in an hour or on a day.</summary>
internal sealed record ActivePerson(string Bucket, string Account);

/// <summary>What one person used in a month.</summary>
internal sealed record PersonMonth(string Month, string Account, string UserName, double Seconds, SortedDictionary<string, double> ByTemplate);

/// <summary>The collections of this folder.</summary>
internal sealed class UsageDocuments(IDocumentStore store)
{
    public const string ByCounted = "counted";
    public const string ByTime = "time";
    public const string ByMonth = "month";
    private const string Everything = "all";
    private const string Now = "now";

    public static IReadOnlyList<CollectionDefinition> Definitions { get; } =
        [new("usage-running", ByCounted), new("usage-now"), new("usage-active"), new("usage", ByTime), new("usage-people", ByMonth), new("template-times")];

    public Collection<RunningDesktop> Running { get; } = new(store, Definitions[0], r => r.Desktop, r => [new IndexEntry(ByCounted, Everything, Sortable(r.CountedUntil))]);

    public Collection<RunningNow> Count { get; } = new(store, Definitions[1], _ => Now);

    public Collection<ActivePerson> Active { get; } = new(store, Definitions[2], a => $"{a.Bucket}:{a.Account}");

    public Collection<UsageBucket> Buckets { get; } = new(store, Definitions[3], b => b.Id, b => [new IndexEntry(ByTime, Partition(b.Step), Sortable(b.Start))]);

    public Collection<PersonMonth> People { get; } = new(
        store, Definitions[4], p => $"{p.Month}:{p.Account}", p => [new IndexEntry(ByMonth, p.Month, ((long)p.Seconds).ToString("d12", CultureInfo.InvariantCulture))]);

    public Collection<TemplateTimes> Times { get; } = new(store, Definitions[5], t => t.Template);

    public IDocumentStore Store => store;

    public static string Partition(StatisticsStep step) => step == StatisticsStep.Hour ? "hour" : "day";

    public static string Sortable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    public static string MonthOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public Task<Versioned<RunningNow>?> NowAsync(CancellationToken cancellationToken) => Count.GetAsync(Now, cancellationToken);

    public async Task<IReadOnlyList<RunningDesktop>> CountedBeforeAsync(DateTimeOffset time, int limit, CancellationToken cancellationToken) =>
        [.. (await Running.QueryAsync(Running.Query(ByCounted, Everything) with { To = Sortable(time), Limit = limit }, cancellationToken)).Items.Select(r => r.Value)];
}
