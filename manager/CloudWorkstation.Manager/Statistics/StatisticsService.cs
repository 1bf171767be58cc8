using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Statistics;

/// <inheritdoc cref="IStatisticsService"/>
internal sealed class StatisticsService(UsageDocuments documents, TimeProvider time) : IStatisticsService
{
    /// <summary>One read of the store gives so many.</summary>
    private const int MostItems = StoreLimits.MaximumPageSize;

    public async Task<Outcome<StatisticsView>> ReadAsync(Actor actor, StatisticsQuery query, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.StatisticsRead))
        {
            return AccountProblems.Forbidden;
        }

        if (query.To <= query.From || (query.To - query.From) / UsageBucket.Length(query.Step) > MostItems)
        {
            return Problem.Invalid(new FieldError("to", $"The period must be at least one and at most {MostItems} {UsageDocuments.Partition(query.Step)}s."));
        }

        var stored = documents.Buckets.Query(UsageDocuments.ByTime, UsageDocuments.Partition(query.Step)) with
        {
            From = UsageDocuments.Sortable(UsageBucket.StartOf(query.Step, query.From)),
            To = UsageDocuments.Sortable(query.To),
            Limit = MostItems,
        };
        var buckets = (await documents.Buckets.QueryAsync(stored, cancellationToken)).Items.Select(b => b.Value).ToList();
        var running = (await documents.NowAsync(cancellationToken))?.Value.Count ?? 0;
        return new StatisticsView(running, Sum(query, buckets), [.. buckets.Select(b => Item([b], b.Start, UsageBucket.Length(b.Step)))]);
    }

    public async Task<Outcome<Listing<PersonUse>>> PeopleAsync(Actor actor, DateOnly month, int limit, string? cursor, CancellationToken cancellationToken) =>
        !actor.May(Permissions.StatisticsRead) ? AccountProblems.Forbidden : await FilteredPages.ReadAsync(
            documents.People,
            documents.People.Query(UsageDocuments.ByMonth, month.ToString("yyyy-MM")) with { Descending = true },
            $"usage-people|{month:yyyy-MM}",
            _ => true,
            p => new PersonUse(p.Value.Account, p.Value.UserName, Hours(p.Value.Seconds), InHours(p.Value.ByTemplate)),
            limit,
            cursor,
            cancellationToken);

    private StatisticsItem Sum(StatisticsQuery query, IReadOnlyList<UsageBucket> buckets) =>
        Item(buckets, query.From, query.To - query.From);

    private StatisticsItem Item(IReadOnlyList<UsageBucket> buckets, DateTimeOffset start, TimeSpan length)
    {
        var seconds = buckets.Sum(b => b.RunningSeconds);
        var now = time.GetUtcNow();
        var passed = start + length > now ? now - start : length;
        return new StatisticsItem
        {
            At = start,
            RunningAverage = passed > TimeSpan.Zero ? Math.Round(seconds / passed.TotalSeconds, 2) : 0,
            RunningPeak = buckets.Select(b => b.RunningPeak).DefaultIfEmpty(0).Max(),
            DesktopHours = Hours(seconds),
            HoursByTemplate = InHours(Added(buckets.SelectMany(b => b.ByTemplate), (a, b) => a + b)),
            HoursByGroup = InHours(Added(buckets.SelectMany(b => b.ByGroup), (a, b) => a + b)),
            ActiveUsers = buckets.Select(b => b.ActiveUsers).DefaultIfEmpty(0).Max(),
            Operations = Added(buckets.SelectMany(b => b.Operations), (a, b) => new OperationCounts(a.Succeeded + b.Succeeded, a.Failed + b.Failed, a.Cancelled + b.Cancelled)),
            Failures = Added(buckets.SelectMany(b => b.Failures), (a, b) => a + b),
            TimeToReady = ReadyTimes.Of(ReadyTimes.Sum(buckets.Select(b => b.Ready))),
        };
    }

    private static SortedDictionary<string, T> Added<T>(IEnumerable<KeyValuePair<string, T>> all, Func<T, T, T> add)
    {
        var sums = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in all)
        {
            sums[name] = sums.TryGetValue(name, out var known) ? add(known, value) : value;
        }

        return sums;
    }

    private static SortedDictionary<string, double> InHours(SortedDictionary<string, double> seconds) =>
        new(seconds.ToDictionary(s => s.Key, s => Hours(s.Value)), StringComparer.Ordinal);

    private static double Hours(double seconds) => Math.Round(seconds / 3600, 2);
}
