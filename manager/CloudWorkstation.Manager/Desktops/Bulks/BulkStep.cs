using CloudWorkstation.Manager.Desktops.Transfers;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Bulks;

/// <summary>
/// What is done with one desktop of a bulk. The result is stored in the very commit that begins the desktop's operation, so a process that
/// dies anywhere leaves either both or neither, and doing the step again never does it twice.
/// </summary>
internal sealed class BulkStep(DesktopReader reader, DesktopChanger changer, DesktopTransfer transfer, BulkDocuments documents)
{
    private const int MostTries = 20;

    /// <summary>Returns when the item has a result, whoever stored it.</summary>
    public async Task RunAsync(Bulk bulk, int number, int index, Actor? actor, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var part = await documents.PartAsync(bulk, number, cancellationToken);
            var item = part.Value.Items[index];
            if (item.Result != BulkResult.Waiting)
            {
                return;
            }

            var result = actor is null ? Refused(item, "forbidden", "Whoever asked for this may not do it any more.")
                : i >= MostTries ? Refused(item, "conflict", "The desktop was changing too quickly.")
                : await TryAsync(bulk, part, index, actor, cancellationToken);
            if (result is not null && await documents.CommitAsync(cancellationToken, documents.Replace(bulk, part.Value.With(index, result), part.Version)))
            {
                return;
            }
        }
    }

    /// <summary>The result to store; null when it is stored already, or when the desktop changed meanwhile.</summary>
    private async Task<BulkItem?> TryAsync(Bulk bulk, Versioned<BulkPart> part, int index, Actor actor, CancellationToken cancellationToken)
    {
        var item = part.Value.Items[index];
        if (await reader.FindAsync(actor, item.Desktop, cancellationToken) is not { } found)
        {
            return Refused(item, "not_found", "There is no such desktop any more.");
        }

        item = item with { Name = found.Value.Name };
        if (bulk.Filter is { } filter && !await reader.StillMatchesAsync(found, bulk.FilterOwner, filter, cancellationToken))
        {
            return Refused(item, "count_changed", "It changed meanwhile and is no longer what you chose.");
        }

        if (IsSo(found.Value, bulk.Action))
        {
            return item with { Result = BulkResult.Unchanged };
        }

        DocumentWrite Besides(string? operation) => documents.Replace(
            bulk, part.Value.With(index, item with { Result = operation is null ? BulkResult.Done : BulkResult.Accepted, Operation = operation }), part.Version);
        var problem = await DoAsync(bulk, actor, found, Besides, cancellationToken);
        return problem is null || problem.Kind == ProblemKind.Stale ? null : Refused(item, problem.Code, problem.Detail);
    }

    private async Task<Problem?> DoAsync(Bulk bulk, Actor actor, Versioned<Desktop> found, Besides besides, CancellationToken cancellationToken)
    {
        var id = found.Value.Id;
        return bulk.Action switch
        {
            BulkAction.Start => (await changer.ChangeAsync(actor, id, new ChangeDesktop { Power = Power.On, IfVersion = found.Version }, besides, cancellationToken)).Problem,
            BulkAction.Stop => (await changer.ChangeAsync(actor, id, new ChangeDesktop { Power = Power.Off, IfVersion = found.Version }, besides, cancellationToken)).Problem,
            BulkAction.Delete => (await changer.DeleteAsync(actor, id, found.Version, besides, cancellationToken)).Problem,
            _ => (await transfer.TransferAsync(actor, id, new TransferDesktop(bulk.Owner!, found.Version), besides, cancellationToken)).Problem,
        };
    }

    // To start what runs would be a repair, which nobody asked for.
    private static bool IsSo(Desktop desktop, BulkAction action) => action switch
    {
        BulkAction.Start => desktop is { Status: DesktopStatus.Running or DesktopStatus.Starting },
        BulkAction.Stop => desktop is { Status: DesktopStatus.Stopped or DesktopStatus.Stopping },
        BulkAction.Delete => desktop.Status == DesktopStatus.Deleting,
        _ => false,
    };

    private static BulkItem Refused(BulkItem item, string code, string detail) => item with { Result = BulkResult.Refused, Code = code, Detail = detail };
}
