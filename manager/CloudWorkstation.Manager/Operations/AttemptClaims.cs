using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Takes an operation up: the conditional write that raises the attempt and thereby ends every earlier one's say.</summary>
internal sealed class AttemptClaims(AttemptServices services, DesktopDocuments desktops, WorkerIdentity worker)
{
    private const int MostTries = 10;

    public bool MayClaim(Operation operation) =>
        AttemptRules.MayClaim(operation, services.Time.GetUtcNow(), operation.State == OperationState.Running && worker.IsDead(operation.Worker));

    /// <summary>Null when there is nothing to take up (any more).</summary>
    public async Task<Attempt?> ClaimAsync(string operationId, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var stored = await services.Documents.Operations.GetAsync(operationId, cancellationToken);
            if (stored is null || !MayClaim(stored.Value))
            {
                return null;
            }

            if (await TryClaimAsync(stored, cancellationToken) is { } claimed)
            {
                return new Attempt(services, claimed);
            }
        }

        return null;
    }

    private async Task<Versioned<Operation>?> TryClaimAsync(Versioned<Operation> stored, CancellationToken cancellationToken)
    {
        var now = services.Time.GetUtcNow();
        var claimed = AttemptRules.Claim(stored.Value, worker.Id, now, services.Options.Jobs.Lease);
        var set = services.Changes.Begin();
        var desktop = await desktops.Desktops.GetAsync(claimed.Desktop, cancellationToken);
        if (desktop is not null && desktop.Value.ActiveOperation == claimed.Id)
        {
            var status = DesktopRules.WhenTaken(desktop.Value.Status, claimed.Kind);
            if (status != desktop.Value.Status)
            {
                set.Replace(desktop.Value with { Status = status, UpdatedAt = now }, desktop.Version);
            }
        }

        set.Replace(claimed, stored.Version);

        // Not cancellable: whether the operation was taken up must be known, so that a process that stops can hand it back.
        return (await set.CommitAsync(CancellationToken.None)).Committed ? new Versioned<Operation>(claimed, stored.Version + 1) : null;
    }
}
