using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("desktop", "A desktop was ordered. Refused for quota, the target is the template.", Change = true)]
    public const string DesktopCreate = "desktop.create";

    [Audited("desktop", "Building a desktop ended.")]
    public const string DesktopCreateEnd = "desktop.create.end";

    [Audited("desktop", "Starting a desktop was asked for.")]
    public const string DesktopStart = "desktop.start";

    [Audited("desktop", "Starting a desktop ended.")]
    public const string DesktopStartEnd = "desktop.start.end";

    [Audited("desktop", "Stopping a desktop was asked for, or a rule stopped it.")]
    public const string DesktopStop = "desktop.stop";

    [Audited("desktop", "Stopping a desktop ended.")]
    public const string DesktopStopEnd = "desktop.stop.end";

    [Audited("desktop", "New parameters or another template version were asked for.", Change = true)]
    public const string DesktopUpdate = "desktop.update";

    [Audited("desktop", "Updating a desktop ended.")]
    public const string DesktopUpdateEnd = "desktop.update.end";

    [Audited("desktop", "Deleting a desktop was asked for.")]
    public const string DesktopDelete = "desktop.delete";

    [Audited("desktop", "Deleting a desktop ended.")]
    public const string DesktopDeleteEnd = "desktop.delete.end";

    [Audited("desktop", "Repairing a desktop was asked for.")]
    public const string DesktopRepair = "desktop.repair";

    [Audited("desktop", "Repairing a desktop ended.")]
    public const string DesktopRepairEnd = "desktop.repair.end";

    [Audited("desktop", "A desktop was renamed.", Change = true)]
    public const string DesktopRename = "desktop.rename";

    [Audited("desktop", "A desktop's machine was restarted.")]
    public const string DesktopRestart = "desktop.restart";

    [Audited("desktop", "The right to open a desktop's screen was given or refused. The detail names the connection, or the reason.")]
    public const string DesktopConnect = "desktop.connect";

    [Audited("desktop", "A desktop's screen was opened with that right, or opening it was refused: used already, too old, signed out, stopped.")]
    public const string ConnectionOpen = "connection.open";

    [Audited("desktop", "An open screen was closed; the detail says why, after how long, and how much went through.")]
    public const string ConnectionClose = "connection.close";

    [Audited("desktop", "An operation that failed was tried again.")]
    public const string OperationRetry = "operation.retry";

    [Audited("desktop", "An operation was cancelled.")]
    public const string OperationCancel = "operation.cancel";

    [Audited("templates", "The templates were read again.")]
    public const string TemplatesReload = "templates.reload";

    [Audited("orphan", "Something in the cloud that belongs to no desktop was removed.")]
    public const string OrphanRemove = "orphan.remove";

    /// <summary>Asking for an operation.</summary>
    public static string Of(OperationKind kind) => kind switch
    {
        OperationKind.Create => DesktopCreate,
        OperationKind.Start => DesktopStart,
        OperationKind.Stop => DesktopStop,
        OperationKind.Update => DesktopUpdate,
        OperationKind.Delete => DesktopDelete,
        OperationKind.Repair => DesktopRepair,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no action for it."),
    };

    /// <summary>The end of an operation.</summary>
    public static string EndOf(OperationKind kind) => kind switch
    {
        OperationKind.Create => DesktopCreateEnd,
        OperationKind.Start => DesktopStartEnd,
        OperationKind.Stop => DesktopStopEnd,
        OperationKind.Update => DesktopUpdateEnd,
        OperationKind.Delete => DesktopDeleteEnd,
        OperationKind.Repair => DesktopRepairEnd,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no action for it."),
    };
}
