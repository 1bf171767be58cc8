using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Audit;

/// <inheritdoc />
internal sealed class AuditLog(IDocumentStore store, AuditEntries entries, AuditSearch search, SortableIds ids, ManagerOptions options) : IAuditLog
{
    private const int MostOfTarget = 256;
    private const int MostOfDetail = 2000;
    private readonly TimeSpan kept = TimeSpan.FromDays(options.Audit.Days);

    public DocumentWrite Entry(Actor actor, string action, string target, string result, string? detail = null) => Write(actor, action, target, result, null, detail);

    public DocumentWrite Entry(Actor actor, string action, string target, string result, AuditChange change, string? detail = null) =>
        Write(actor, action, target, result, change, detail);

    public Task RecordAsync(Actor actor, string action, string target, string result, string? detail, CancellationToken cancellationToken) =>
        store.CommitAsync([Entry(actor, action, target, result, detail)], cancellationToken);

    public async Task<Outcome<Listing<AuditEntry>>> QueryAsync(Actor actor, AuditFilter filter, CancellationToken cancellationToken) =>
        actor.May(Permissions.AuditRead) ? await search.PageAsync(filter, cancellationToken) : Forbidden;

    public async Task<Outcome<IAsyncEnumerable<AuditEntry>>> ExportAsync(Actor actor, AuditFilter filter, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AuditRead))
        {
            return Forbidden;
        }

        await RecordAsync(actor, AuditActions.AuditExport, "audit/trail", AuditResults.Accepted, filter.Told, cancellationToken);
        return Outcome<IAsyncEnumerable<AuditEntry>>.From(search.AllAsync(filter, cancellationToken));
    }

    private static Problem Forbidden { get; } = new(ProblemKind.Forbidden, "forbidden", "Your roles do not let you read the audit trail.");

    private DocumentWrite Write(Actor actor, string action, string target, string result, AuditChange? change, string? detail)
    {
        // One source of time for both: a search looks for ids by the time that they were made.
        var id = ids.Next();
        var now = SortableIds.TimeOf(id);
        // What the product does by itself was not asked for by the request that happens to be answered here.
        var origin = actor.Is(Actor.System.AccountId) ? null : AuditOrigin.Current;
        if (origin is not null && result == AuditResults.Refused)
        {
            origin.RefusalRecorded = true;
        }

        var entry = new AuditEntry
        {
            Id = id,
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
}
