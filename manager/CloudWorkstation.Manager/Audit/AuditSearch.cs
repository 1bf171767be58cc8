using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Audit;

/// <summary>
/// Finds entries through the index that serves best. What one page examines is bounded, so it costs the same however large the trail is;
/// a filter that matches little gives short pages with a cursor to go on. All parts are sorted by id, so a position is an id.
/// </summary>
internal sealed class AuditSearch(AuditEntries entries, ManagerOptions options, TimeProvider time)
{
    private const int MostExamined = 1000;
    private const int MostParts = 40;
    private const int MostAsked = 200;
    private const int Read = 200;

    public async Task<Outcome<Listing<AuditEntry>>> PageAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        if (!FilteredPages.TryOpen(filter.Cursor, filter.Fingerprint, out var before))
        {
            return FilteredPages.InvalidCursor;
        }

        var (first, end) = Range(filter);
        var wanted = Math.Clamp(filter.Limit, 1, MostAsked);
        var (from, to) = (SortableIds.LowerBound(first), before ?? SortableIds.LowerBound(end));
        var found = new List<AuditEntry>();
        var (examined, visited) = (0, 0);
        foreach (var part in Parts(filter, first, before is null ? end : SortableIds.TimeOf(before).AddMilliseconds(1)).Reverse())
        {
            await foreach (var entry in ReadAsync(part, from, to, newestFirst: true, Math.Min(Read, wanted + 1), cancellationToken))
            {
                if (filter.Matches(entry))
                {
                    if (found.Count == wanted)
                    {
                        return Page(found, found[^1].Id, filter);
                    }

                    found.Add(entry);
                }

                if (++examined >= MostExamined)
                {
                    return Page(found, entry.Id, filter);
                }
            }

            if (++visited >= MostParts && part.First > first)
            {
                return Page(found, SortableIds.LowerBound(part.First), filter);
            }
        }

        return new Listing<AuditEntry>(found, null);
    }

    /// <summary>All of them, oldest first.</summary>
    public async IAsyncEnumerable<AuditEntry> AllAsync(AuditFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (first, end) = Range(filter);
        foreach (var part in Parts(filter, first, end))
        {
            await foreach (var entry in ReadAsync(part, SortableIds.LowerBound(first), SortableIds.LowerBound(end), newestFirst: false, Read, cancellationToken))
            {
                if (filter.Matches(entry))
                {
                    yield return entry;
                }
            }
        }
    }

    private async IAsyncEnumerable<AuditEntry> ReadAsync(
        AuditPart part, string from, string to, bool newestFirst, int limit, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            (var page, token) = await entries.PageAsync(part, from, to, newestFirst, limit, token, cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }
        }
        while (token is not null);
    }

    private static Listing<AuditEntry> Page(List<AuditEntry> found, string position, AuditFilter filter) => new(found, FilteredPages.Seal(position, filter.Fingerprint));

    /// <summary>The range that is asked for, within what can still be there.</summary>
    private (DateTimeOffset First, DateTimeOffset End) Range(AuditFilter filter)
    {
        var now = time.GetUtcNow();
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var (oldest, latest) = (today.AddDays(-options.Audit.Days - 1), today.AddDays(2));
        var indexed = filter.Target is not null || filter.ActorId is not null || filter.Action is not null;
        var day = filter.Day is { } one ? new DateTimeOffset(one, TimeOnly.MinValue, TimeSpan.Zero) : (DateTimeOffset?)null;
        var first = day ?? filter.From ?? (indexed || filter.To is not null ? oldest : today);
        var end = day?.AddDays(1) ?? filter.To ?? latest;
        return (first < oldest ? oldest : first, end > latest ? latest : end);
    }

    /// <summary>The parts to read, oldest first.</summary>
    private static IEnumerable<AuditPart> Parts(AuditFilter filter, DateTimeOffset first, DateTimeOffset end)
    {
        if (end <= first)
        {
            return [];
        }

        var (from, to) = (DateOnly.FromDateTime(first.UtcDateTime), DateOnly.FromDateTime(end.UtcDateTime.AddTicks(-1)));
        return filter switch
        {
            { Target: { } target } => [AuditPart.OfTarget(target)],
            { ActorId: { } actor } => [AuditPart.OfActor(actor)],
            { Action: { } action } => Enumerable.Range(0, ((to.Year - from.Year) * 12) + to.Month - from.Month + 1).Select(n => AuditPart.OfAction(action, from.AddMonths(n))),
            _ => Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(n => AuditPart.OfDay(from.AddDays(n))),
        };
    }
}
