using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Audit;

/// <summary>
/// The trail's documents: they are added and read. There is no way here to replace or remove one, and the store refuses it as well.
/// </summary>
internal sealed class AuditEntries(IDocumentStore store)
{
    public const string ByDay = "day";
    public const string ByActor = "actor";
    public const string ByTarget = "target";
    public const string ByAction = "action";

    private readonly Collection<AuditEntry> entries = new(store, Definition, e => e.Id, Indexes);

    public static CollectionDefinition Definition { get; } = new("audit", ByDay, ByActor, ByTarget, ByAction) { AppendOnly = true };

    public DocumentWrite Add(AuditEntry entry, DateTimeOffset expiresAt) => entries.Add(entry, expiresAt);

    /// <summary>One page of a partition between two ids, in the order of time.</summary>
    /// <param name="part">The partition.</param>
    /// <param name="from">The lowest id; null for the first.</param>
    /// <param name="to">Ids below this one; null for all.</param>
    /// <param name="newestFirst">Backwards.</param>
    /// <param name="limit">Entries at most.</param>
    /// <param name="token">From the page before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<(IReadOnlyList<AuditEntry> Entries, string? Next)> PageAsync(
        AuditPart part, string? from, string? to, bool newestFirst, int limit, string? token, CancellationToken cancellationToken)
    {
        var query = entries.Query(part.Index, part.Partition) with { From = from, To = to, Descending = newestFirst, Limit = limit, PageToken = token };
        var page = await entries.QueryAsync(query, cancellationToken);
        return ([.. page.Items.Select(i => i.Value)], page.NextToken);
    }

    private static IEnumerable<IndexEntry> Indexes(AuditEntry entry) =>
    [
        new(ByDay, AuditPart.OfDay(DateOnly.FromDateTime(entry.At.UtcDateTime)).Partition, entry.Id),
        new(ByActor, entry.ActorId, entry.Id),
        new(ByTarget, entry.Target, entry.Id),
        new(ByAction, AuditPart.OfAction(entry.Action, DateOnly.FromDateTime(entry.At.UtcDateTime)).Partition, entry.Id),
    ];
}

/// <summary>A partition of one of the trail's indexes. All of them are sorted by id, so by time.</summary>
/// <param name="Index">Which index.</param>
/// <param name="Partition">Which part of it.</param>
/// <param name="First">Nothing in it is older.</param>
internal sealed record AuditPart(string Index, string Partition, DateTimeOffset First)
{
    public static AuditPart OfDay(DateOnly day) => new(AuditEntries.ByDay, day.ToString("yyyy-MM-dd"), Begin(day));

    /// <summary>An action has a part for each month: a busy one would otherwise grow without end, and few days have many entries of one action.</summary>
    public static AuditPart OfAction(string action, DateOnly day) =>
        new(AuditEntries.ByAction, $"{action}/{day:yyyy-MM}", Begin(new DateOnly(day.Year, day.Month, 1)));

    public static AuditPart OfTarget(string target) => new(AuditEntries.ByTarget, target, DateTimeOffset.MinValue);

    public static AuditPart OfActor(string actorId) => new(AuditEntries.ByActor, actorId, DateTimeOffset.MinValue);

    private static DateTimeOffset Begin(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
