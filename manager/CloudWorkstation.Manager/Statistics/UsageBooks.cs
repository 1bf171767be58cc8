using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Statistics.Timings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Statistics;

/// <summary>
/// Everything that one commit of the counting reads and writes: each document is read once, changed in memory, and written back on the
/// condition that nobody else wrote it meanwhile.
/// </summary>
internal sealed class UsageBooks(UsageDocuments documents, AccountUserStore accounts, DateTimeOffset now)
{
    private static readonly TimeSpan HoursKept = TimeSpan.FromDays(100);
    private static readonly TimeSpan MarkersKept = TimeSpan.FromDays(3);

    private readonly Dictionary<string, (UsageBucket Value, long Version)> buckets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PersonMonth Value, long Version)> people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (RunningDesktop? Value, long Version)> running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TemplateTimes Value, long Version)> times = new(StringComparer.Ordinal);
    private readonly HashSet<ActivePerson> active = [];
    private int change;

    public async Task<RunningDesktop?> RunningAsync(string desktop, CancellationToken cancellationToken)
    {
        if (!running.TryGetValue(desktop, out var known))
        {
            var stored = await documents.Running.GetAsync(desktop, cancellationToken);
            running[desktop] = known = (stored?.Value, stored?.Version ?? 0);
        }

        return known.Value;
    }

    public async Task BeginAsync(RunningDesktop desktop, CancellationToken cancellationToken)
    {
        if (await RunningAsync(desktop.Desktop, cancellationToken) is null)
        {
            running[desktop.Desktop] = (desktop, running[desktop.Desktop].Version);
            change++;
        }
    }

    /// <summary>Adds what a running desktop has used since it was counted last.</summary>
    public async Task AdvanceAsync(RunningDesktop desktop, DateTimeOffset until, bool ends, CancellationToken cancellationToken)
    {
        for (var from = desktop.CountedUntil; from < until;)
        {
            var hourEnds = UsageBucket.StartOf(StatisticsStep.Hour, from) + UsageBucket.Length(StatisticsStep.Hour);
            var to = hourEnds < until ? hourEnds : until;
            await AddTimeAsync(desktop, from, (to - from).TotalSeconds, cancellationToken);
            from = to;
        }

        change -= ends ? 1 : 0;
        running[desktop.Desktop] = (ends ? null : desktop with { CountedUntil = until }, running[desktop.Desktop].Version);
    }

    public async Task AddOperationAsync(UsageFact fact, CancellationToken cancellationToken)
    {
        foreach (var bucket in await BothAsync(fact.At, cancellationToken))
        {
            bucket.AddOperation(fact);
        }
    }

    public async Task AddActiveAsync(UsageFact fact, CancellationToken cancellationToken)
    {
        foreach (var bucket in await BothAsync(fact.At, cancellationToken))
        {
            var marker = new ActivePerson(bucket.Id, fact.Owner);
            if (!active.Contains(marker) && await documents.Active.GetAsync($"{marker.Bucket}:{marker.Account}", cancellationToken) is null)
            {
                active.Add(marker);
                bucket.ActiveUsers++;
            }
        }
    }

    public async Task AddTimesAsync(string template, StartSample? start, StartSample? look, CancellationToken cancellationToken)
    {
        if (!times.TryGetValue(template, out var known))
        {
            var stored = await documents.Times.GetAsync(template, cancellationToken);
            known = (stored?.Value ?? new TemplateTimes(template), stored?.Version ?? 0);
        }

        times[template] = (known.Value.With(start, look), known.Version);
    }

    public async Task<IReadOnlyList<DocumentWrite>> WritesAsync(CancellationToken cancellationToken)
    {
        var count = await documents.NowAsync(cancellationToken);
        var runs = Math.Max(0, (count?.Value.Count ?? 0) + change);
        foreach (var bucket in await BothAsync(now, cancellationToken))
        {
            bucket.RunningPeak = Math.Max(bucket.RunningPeak, Math.Max(runs, count?.Value.Count ?? 0));
        }

        var writes = new List<DocumentWrite>();
        writes.AddRange(buckets.Values.Select(b => Put(documents.Buckets, b.Value, b.Version, b.Value.Step == StatisticsStep.Hour ? b.Value.Start + HoursKept : null)));
        writes.AddRange(times.Values.Select(t => Put(documents.Times, t.Value, t.Version)));
        writes.AddRange(people.Values.Select(p => Put(documents.People, p.Value, p.Version)));
        writes.AddRange(running.Where(r => r.Value.Value is not null || r.Value.Version > 0)
            .Select(r => r.Value.Value is { } runs ? Put(documents.Running, runs, r.Value.Version) : documents.Running.Remove(r.Key, r.Value.Version)));
        writes.AddRange(active.Select(a => documents.Active.Add(a, now + MarkersKept)));
        if (change != 0)
        {
            writes.Add(Put(documents.Count, new RunningNow(runs), count?.Version ?? 0));
        }

        return writes;
    }

    private static DocumentWrite Put<T>(Collection<T> collection, T value, long version, DateTimeOffset? expires = null) =>
        version == 0 ? collection.Add(value, expires) : collection.Replace(value, version, expires);

    private async Task AddTimeAsync(RunningDesktop desktop, DateTimeOffset at, double seconds, CancellationToken cancellationToken)
    {
        var of = await GroupsAsync(desktop.Owner, cancellationToken);
        foreach (var bucket in await BothAsync(at, cancellationToken))
        {
            bucket.AddTime(seconds, desktop.Template, of);
        }

        var id = $"{UsageDocuments.MonthOf(at)}:{desktop.Owner}";
        if (!people.TryGetValue(id, out var person))
        {
            var stored = await documents.People.GetAsync(id, cancellationToken);
            var nothing = new PersonMonth(UsageDocuments.MonthOf(at), desktop.Owner, desktop.OwnerName, 0, new SortedDictionary<string, double>(StringComparer.Ordinal));
            person = (stored?.Value ?? nothing, stored?.Version ?? 0);
        }

        person.Value.ByTemplate[desktop.Template] = person.Value.ByTemplate.GetValueOrDefault(desktop.Template) + seconds;
        people[id] = (person.Value with { Seconds = person.Value.Seconds + seconds, UserName = desktop.OwnerName }, person.Version);
    }

    private async Task<IReadOnlyList<UsageBucket>> BothAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        [await BucketAsync(StatisticsStep.Hour, at, cancellationToken), await BucketAsync(StatisticsStep.Day, at, cancellationToken)];

    private async Task<UsageBucket> BucketAsync(StatisticsStep step, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var id = UsageBucket.IdOf(step, at);
        if (!buckets.TryGetValue(id, out var known))
        {
            var stored = await documents.Buckets.GetAsync(id, cancellationToken);
            buckets[id] = known = (stored?.Value ?? new UsageBucket { Step = step, Start = UsageBucket.StartOf(step, at) }, stored?.Version ?? 0);
        }

        return known.Value;
    }

    private async Task<IReadOnlyList<string>> GroupsAsync(string account, CancellationToken cancellationToken)
    {
        if (!groups.TryGetValue(account, out var known))
        {
            groups[account] = known = (await accounts.FindByIdAsync(account, cancellationToken))?.AllGroups ?? [];
        }

        return known;
    }
}
