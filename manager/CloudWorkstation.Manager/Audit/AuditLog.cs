using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Audit;

/// <summary>The audit trail in the store: one partition per day, per actor and per target.</summary>
internal sealed class AuditLog(IDocumentStore store, SortableIds ids, ManagerOptions options, TimeProvider time) : IAuditLog
{
    private const string Day = "day";
    private const string ByActor = "actor";
    private const string ByTarget = "target";
    private const int MostOfTarget = 256;
    private const int MostOfDetail = 2000;
    private readonly TimeSpan kept = TimeSpan.FromDays(options.Audit.Days);
    private readonly Collection<AuditEntry> entries = new(store, Definition, e => e.Id, Indexes);

    public static CollectionDefinition Definition { get; } = new("audit", Day, ByActor, ByTarget);

    public DocumentWrite Entry(Actor actor, string action, string target, string result, string? detail = null) => Write(actor, action, target, result, null, detail);

    public DocumentWrite Entry(Actor actor, string action, string target, string result, AuditChange change, string? detail = null) =>
        Write(actor, action, target, result, change, detail);

    public Task RecordAsync(Actor actor, string action, string target, string result, string? detail, CancellationToken cancellationToken) =>
        store.CommitAsync([Entry(actor, action, target, result, detail)], cancellationToken);

    public async Task<Outcome<Listing<AuditEntry>>> QueryAsync(Actor actor, AuditFilter filter, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AuditRead))
        {
            return new Problem(ProblemKind.Forbidden, "forbidden", "Your roles do not let you read the audit trail.");
        }

        var day = filter.Day?.ToString("yyyy-MM-dd");
        var query = filter switch
        {
            { Target: { } target } => entries.Query(ByTarget, target),
            { ActorId: { } id } => entries.Query(ByActor, id),
            _ => entries.Query(Day, day ?? time.GetUtcNow().ToString("yyyy-MM-dd")),
        };
        return await FilteredPages.ReadAsync(
            entries,
            query with { Descending = true },
            $"audit|{day}|{filter.ActorId}|{filter.Target}",
            e => (day is null || DayOf(e) == day) && (filter.ActorId is null || e.ActorId == filter.ActorId),
            e => e.Value,
            filter.Limit,
            filter.Cursor,
            cancellationToken);
    }

    private DocumentWrite Write(Actor actor, string action, string target, string result, AuditChange? change, string? detail)
    {
        var now = time.GetUtcNow();
        // What the product does by itself was not asked for by the request that happens to be answered here.
        var origin = actor.Is(Actor.System.AccountId) ? null : AuditOrigin.Current;
        if (origin is not null && result == AuditResults.Refused)
        {
            origin.RefusalRecorded = true;
        }

        var entry = new AuditEntry
        {
            Id = ids.Next(),
            At = now,
            ActorId = actor.AccountId,
            ActorName = actor.UserName,
            SessionId = actor.SessionId,
            Address = actor.Address ?? origin?.Address,
            UserAgent = action == AuditActions.SessionSignIn || result == AuditResults.Refused ? origin?.UserAgent : null,
            RequestId = origin?.RequestId,
            Action = action,
            Target = Cut(target, MostOfTarget)!,
            Result = result,
            Detail = Cut(detail, MostOfDetail),
            Change = change is { IsNothing: true } ? null : change,
        };
        return entries.Add(entry, now + kept);
    }

    private static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : text[..most];

    private static string DayOf(AuditEntry entry) => entry.At.UtcDateTime.ToString("yyyy-MM-dd");

    private static IEnumerable<IndexEntry> Indexes(AuditEntry entry) =>
    [
        new(Day, DayOf(entry), entry.Id),
        new(ByActor, entry.ActorId, entry.Id),
        new(ByTarget, entry.Target, entry.Id),
    ];
}
