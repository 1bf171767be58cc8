using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Operations;

/// <summary>Makes the pair that an accepted request stores: the desktop on its way, and the operation that takes it there.</summary>
internal sealed class OperationStarter(SortableIds ids, TimeProvider time)
{
    /// <summary>For a desktop that is about to be stored for the first time.</summary>
    public (Desktop Desktop, Operation Operation) Create(Desktop desktop, Actor actor)
    {
        var operation = Queue(desktop, OperationKind.Create, actor, before: null);
        return (desktop with { ActiveOperation = operation.Id, LatestStart = operation.Id, LastOperation = operation.Id }, operation);
    }

    /// <summary>For a stored desktop without an operation.</summary>
    /// <param name="before">As stored.</param>
    /// <param name="wanted">With the values that were asked for.</param>
    /// <param name="kind">What to do.</param>
    /// <param name="status">From <see cref="DesktopRules.WhenAccepted"/>.</param>
    /// <param name="actor">Who asks.</param>
    public (Desktop Desktop, Operation Operation) Begin(Desktop before, Desktop wanted, OperationKind kind, DesktopStatus status, Actor actor)
    {
        var kept = new DesktopBefore(before.Status, before.Power, before.TemplateVersion, before.Parameters, before.Failure);
        var operation = Queue(wanted, kind, actor, kept);
        var desktop = wanted with
        {
            Status = status,
            Power = DesktopRules.PowerAfter(kind, wanted.Power),
            ActiveOperation = operation.Id,
            LatestStart = DesktopRules.IsStart(kind) ? operation.Id : wanted.LatestStart,
            LastOperation = operation.Id,
            Failure = null,
            UpdatedAt = operation.QueuedAt,
        };
        return (desktop, operation);
    }

    private Operation Queue(Desktop desktop, OperationKind kind, Actor actor, DesktopBefore? before) => new()
    {
        Id = ids.Next(),
        Desktop = desktop.Id,
        DesktopName = desktop.Name,
        Owner = desktop.Owner,
        Template = desktop.Template,
        Kind = kind,
        State = OperationState.Queued,
        RequestedBy = actor.UserName,
        QueuedAt = time.GetUtcNow(),
        Before = before,
    };
}
