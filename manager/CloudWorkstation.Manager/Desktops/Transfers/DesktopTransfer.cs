using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Transfers;

/// <inheritdoc cref="IDesktopTransfer"/>
internal sealed class DesktopTransfer(
    DesktopReader reader,
    OperationDocuments operations,
    NewOwners owners,
    Quotas quotas,
    UsageFacts usage,
    Changes changes,
    IAuditLog audit,
    TimeProvider time) : IDesktopTransfer
{
    private const int MostTries = 50;

    public Task<Outcome<DesktopView>> TransferAsync(Actor actor, string id, TransferDesktop request, CancellationToken cancellationToken) =>
        TransferAsync(actor, id, request, besides: null, cancellationToken);

    public async Task<Outcome<DesktopView>> TransferAsync(Actor actor, string id, TransferDesktop request, Besides? besides, CancellationToken cancellationToken)
    {
        // A lap is lost only to another change of the desktop, of the new owner's account, or of one of both counters.
        for (var i = 0; i < MostTries; i++)
        {
            if (await reader.FindAsync(actor, id, cancellationToken) is not { } found)
            {
                return Problem.NotFound("desktop", id);
            }

            var refusal = Refuse(actor, found, request.IfVersion);
            var owner = refusal is null ? await owners.FindAsync(request.Owner, found.Value, cancellationToken) : refusal;
            if (!owner.Succeeded)
            {
                await audit.RecordAsync(actor, AuditActions.DesktopTransfer, $"desktop/{found.Value.Id}", AuditResults.Refused, owner.Problem!.Code, cancellationToken);
                return owner.Problem;
            }

            if (await TryAsync(actor, found, owner.Value, besides, cancellationToken) is { } done)
            {
                return done;
            }

            if (besides is not null)
            {
                return DesktopProblems.Stale;
            }
        }

        return DesktopProblems.Busy;
    }

    private static Problem? Refuse(Actor actor, Versioned<Desktop> found, long? ifVersion) =>
        !actor.May(Permissions.DesktopsManage) ? AccountProblems.Forbidden
        : ifVersion is { } version && version != found.Version ? DesktopProblems.Stale
        : found.Value.ActiveOperation is { } active ? DesktopProblems.OperationInProgress(active)
        : null;

    /// <summary>Null when somebody else was quicker.</summary>
    private async Task<DesktopView?> TryAsync(Actor actor, Versioned<Desktop> found, NewOwner owner, Besides? besides, CancellationToken cancellationToken)
    {
        var before = found.Value;
        var after = before with { Owner = owner.Id, OwnerName = owner.UserName, UpdatedAt = time.GetUtcNow() };
        var set = changes.Begin().TakeAway(before).Replace(after, found.Version)
            .Audit(actor, AuditActions.DesktopTransfer, $"desktop/{after.Id}", AuditResults.Accepted, Told.Change(before, after), $"from {before.OwnerName} to {after.OwnerName}");
        set.Write(usage.Transferred(after));
        foreach (var write in owner.Writes)
        {
            set.Write(write);
        }

        if (await quotas.GiveBackAsync(before.Owner, before.Template, cancellationToken) is { } counter)
        {
            set.Write(counter);
        }

        await TakeFailureAlongAsync(after, set, cancellationToken);
        if (besides is not null)
        {
            set.Write(besides(null));
        }

        return (await set.CommitAsync(cancellationToken)).Committed ? new DesktopView(after, found.Version + 1) : null;
    }

    // What a failed desktop waits for must be something that its new owner can read and retry.
    private async Task TakeFailureAlongAsync(Desktop desktop, ChangeSet set, CancellationToken cancellationToken)
    {
        if (desktop.Failure is { } failure && await operations.Operations.GetAsync(failure.Operation, cancellationToken) is { Value.IsActive: false } failed)
        {
            set.Replace(failed.Value with { Owner = desktop.Owner }, failed.Version);
        }
    }
}
