using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Operations;

/// <summary>What a person may see and do with operations.</summary>
internal sealed class OperationService(
    OperationDocuments documents,
    DesktopDocuments desktops,
    Changes changes,
    OperationStarter starter,
    UsageFacts usage,
    OwnerLookup owners,
    RunningOperations running,
    IJobQueue queue,
    TimeProvider time) : IOperationService
{
    private const int MostTries = 20;
    private const int MostLines = 1000;

    public async Task<Outcome<Operation>> GetAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        await FindAsync(actor, id, cancellationToken) is { } found ? found.Value : Problem.NotFound("operation", id);

    public async Task<Outcome<Listing<Operation>>> ListAsync(Actor actor, OperationFilter filter, CancellationToken cancellationToken)
    {
        var owner = filter.Owner is { Length: > 0 and <= 256 } named ? await owners.FindAsync(actor, named, cancellationToken) : null;
        var query = filter switch
        {
            { Desktop: { Length: > 0 } desktop } => documents.Operations.Query(OperationDocuments.ByDesktop, desktop),
            _ when !actor.May(Permissions.DesktopsRead) => documents.Operations.Query(OperationDocuments.ByOwner, actor.AccountId),
            _ when owner is not null => documents.Operations.Query(OperationDocuments.ByOwner, owner),
            { State: { } state } => documents.Operations.Query(OperationDocuments.ByState, OperationDocuments.Partition(state)),
            _ => documents.Operations.Query(OperationDocuments.All, OperationDocuments.Everything),
        };
        return await FilteredPages.ReadAsync(
            documents.Operations,
            query with { Descending = true },
            $"operations|{(actor.May(Permissions.DesktopsRead) ? "*" : actor.AccountId)}|{filter.Desktop}|{filter.State}|{filter.Kind}|{filter.Template}|{owner}",
            o => DesktopAccess.MaySee(actor, o.Owner)
                && (filter.State is null || o.State == filter.State)
                && (filter.Kind is null || o.Kind == filter.Kind)
                && (filter.Template is null || o.Template == filter.Template)
                && (owner is null || o.Owner == owner),
            o => o.Value,
            filter.Limit,
            filter.Cursor,
            cancellationToken);
    }

    public async Task<Outcome<IReadOnlyList<LogLine>>> LogAsync(Actor actor, string id, long after, int limit, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, id, cancellationToken) is null)
        {
            return Problem.NotFound("operation", id);
        }

        var wanted = Math.Clamp(limit, 1, MostLines);
        var lines = new List<LogLine>(Math.Min(wanted, 256));
        var query = documents.Log.Query(OperationDocuments.ByOperation, id) with { From = LogChunk.Position(Math.Max(0, after) + 1), Limit = 10 };
        do
        {
            var page = await documents.Log.QueryAsync(query, cancellationToken);
            var fresh = page.Items.SelectMany(c => c.Value.Lines).Where(l => l.Sequence > after).Take(wanted - lines.Count).ToList();
            var unbroken = fresh.TakeWhile((l, i) => l.Sequence == Math.Max(0, after) + lines.Count + i + 1).Count();
            lines.AddRange(fresh.Take(unbroken));

            // Lines have no gaps. Where there seems to be one, a later chunk shows in the index before an earlier one: it is not its turn yet.
            query = query with { PageToken = unbroken == fresh.Count ? page.NextToken : null };
        }
        while (query.PageToken is not null && lines.Count < wanted);
        return Outcome<IReadOnlyList<LogLine>>.From(lines);
    }

    public async Task<Outcome<Operation>> CancelAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await FindAsync(actor, id, cancellationToken) is not { } found)
            {
                return Problem.NotFound("operation", id);
            }

            if (!DesktopAccess.MaySteer(actor, found.Value.Owner))
            {
                return AccountProblems.Forbidden;
            }

            if (!found.Value.IsActive || found.Value.CancelRequested)
            {
                return found.Value;
            }

            var next = await TryCancelAsync(actor, found, cancellationToken);
            if (next is not null)
            {
                running.Touch(id);
                return next;
            }
        }

        return Busy(id);
    }

    public async Task<Outcome<Operation>> RetryAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(actor, id, cancellationToken) is not { } found)
        {
            return Problem.NotFound("operation", id);
        }

        if (!DesktopAccess.MaySteer(actor, found.Value.Owner))
        {
            return AccountProblems.Forbidden;
        }

        var desktop = await desktops.Desktops.GetAsync(found.Value.Desktop, cancellationToken);
        if (desktop is null)
        {
            return Problem.NotFound("desktop", found.Value.Desktop);
        }

        // Who had the desktop when it failed may read of it, but no longer change it.
        if (!DesktopAccess.MaySteer(actor, desktop.Value.Owner))
        {
            return AccountProblems.Forbidden;
        }

        if (desktop.Value.ActiveOperation is { } active)
        {
            return DesktopProblems.OperationInProgress(active);
        }

        if (desktop.Value.Failure?.Operation != id || DesktopRules.WhenAccepted(desktop.Value.Status, found.Value.Kind) is not { } status)
        {
            return new Problem(ProblemKind.Conflict, "nothing_to_retry", "This operation is not what the desktop is waiting for. Ask for the change again.");
        }

        var (changed, operation) = starter.Begin(desktop.Value, desktop.Value, found.Value.Kind, status, actor);
        var set = changes.Begin().Replace(changed, desktop.Version).Add(operation).Audit(actor, AuditActions.OperationRetry, $"desktop/{changed.Id}", AuditResults.Accepted, id);
        if (!(await set.CommitAsync(cancellationToken)).Committed)
        {
            var now = await desktops.Desktops.GetAsync(found.Value.Desktop, cancellationToken);
            return now?.Value.ActiveOperation is { } other ? DesktopProblems.OperationInProgress(other) : Busy(id);
        }

        await queue.EnqueueAsync(operation, cancellationToken);
        return operation;
    }

    private static Problem Busy(string id) => new(ProblemKind.Conflict, "conflict", $"The operation '{id}' is changing too quickly. Try again.");

    private async Task<Versioned<Operation>?> FindAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        OperationIds.IsOne(id) && await documents.Operations.GetAsync(id, cancellationToken) is { } found && DesktopAccess.MaySee(actor, found.Value.Owner) ? found : null;

    /// <summary>Null when somebody else was quicker.</summary>
    private async Task<Operation?> TryCancelAsync(Actor actor, Versioned<Operation> found, CancellationToken cancellationToken)
    {
        var set = changes.Begin().Audit(actor, AuditActions.OperationCancel, $"desktop/{found.Value.Desktop}", AuditResults.Accepted, found.Value.Id);
        var next = found.Value.State == OperationState.Queued
            ? await EndQueuedAsync(found.Value, set, cancellationToken)
            : found.Value with { CancelRequested = true };
        set.Replace(next, found.Version);
        return (await set.CommitAsync(cancellationToken)).Committed ? next : null;
    }

    private async Task<Operation> EndQueuedAsync(Operation operation, ChangeSet set, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var failure = new FailureCause(FailureKind.Cancelled, "It was cancelled before it began.", []).At(operation.Id, now);
        var desktop = await desktops.Desktops.GetAsync(operation.Desktop, cancellationToken);
        if (desktop?.Value.ActiveOperation == operation.Id)
        {
            set.Replace(WithoutOperation(desktop.Value, operation, failure), desktop.Version);
        }

        var ended = AttemptRules.Fail(operation, failure, now) with { CancelRequested = true };
        set.Write(usage.Ended(ended, desktop?.Value, runs: operation.Attempt == 0 ? null : false));
        return ended;
    }

    // Never begun: as it was before. Begun once (waiting for another attempt): nobody knows how far it came.
    private static Desktop WithoutOperation(Desktop desktop, Operation operation, Failure failure) =>
        operation is { Attempt: 0, Before: { } before }
            ? desktop with
            {
                Status = before.Status,
                Power = before.Power,
                TemplateVersion = before.TemplateVersion,
                Parameters = before.Parameters,
                Failure = before.Failure,
                ActiveOperation = null,
                UpdatedAt = failure.At,
            }
            : desktop with { Status = DesktopStatus.Failed, Failure = failure, ActiveOperation = null, UpdatedAt = failure.At };
}
