using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// Says by the fencing token whether the attempt that holds a state's lock is over. Only the store's word counts: of an operation that it
/// does not know, or of a later attempt than ours, nothing is assumed.
/// </summary>
internal sealed class LockJudge(OperationDocuments operations, Operation ours, DateTimeOffset takenUpAt)
{
    public async Task<DateTimeOffset?> OverSinceAsync(RunHolder holder, CancellationToken cancellationToken)
    {
        // The one before fell silent for a lease, or is known to be dead: otherwise we could not have taken the operation up.
        if (holder.Operation == ours.Id)
            return holder.Attempt < ours.Attempt ? takenUpAt : null;
        var other = await operations.Operations.GetAsync(holder.Operation, cancellationToken);
        return other is { Value: { IsActive: false } ended } && ended.Desktop == ours.Desktop ? ended.FinishedAt ?? takenUpAt : null;
    }
}
