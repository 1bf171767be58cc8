using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// The desktop's state machine, whole and pure. Status says what is; <see cref="Power"/> says what should be once nothing is under way.
/// <code>
/// pending → provisioning → running ⇄ stopping → stopped → starting → running
///                          running, stopped → updating → running or stopped
/// any without an operation → deleting → (gone)
/// any with an operation → failed → starting | stopping | updating | deleting | pending (create again)
/// </code>
/// </summary>
public static class DesktopRules
{
    /// <summary>The status a desktop takes when the operation is accepted; null when it may not begin from there.</summary>
    public static DesktopStatus? WhenAccepted(DesktopStatus from, OperationKind kind) => (from, kind) switch
    {
        (DesktopStatus.Failed, OperationKind.Create) => DesktopStatus.Pending,
        (DesktopStatus.Stopped or DesktopStatus.Failed, OperationKind.Start) => DesktopStatus.Starting,
        (DesktopStatus.Running or DesktopStatus.Failed, OperationKind.Stop) => DesktopStatus.Stopping,
        (DesktopStatus.Running or DesktopStatus.Failed, OperationKind.Repair) => DesktopStatus.Starting,
        (DesktopStatus.Running or DesktopStatus.Stopped or DesktopStatus.Failed, OperationKind.Update) => DesktopStatus.Updating,
        (DesktopStatus.Running or DesktopStatus.Stopped or DesktopStatus.Failed, OperationKind.Delete) => DesktopStatus.Deleting,
        _ => null,
    };

    /// <summary>The status while a worker runs the operation.</summary>
    public static DesktopStatus WhenTaken(DesktopStatus from, OperationKind kind) =>
        kind == OperationKind.Create && from == DesktopStatus.Pending ? DesktopStatus.Provisioning : from;

    /// <summary>The status after success; null when the desktop is gone.</summary>
    public static DesktopStatus? WhenSucceeded(OperationKind kind, Power power) => kind switch
    {
        OperationKind.Delete => null,
        OperationKind.Stop => DesktopStatus.Stopped,
        OperationKind.Update when power == Power.Off => DesktopStatus.Stopped,
        _ => DesktopStatus.Running,
    };

    /// <summary>What the desktop should be once the operation is done.</summary>
    public static Power PowerAfter(OperationKind kind, Power now) => kind switch
    {
        OperationKind.Create or OperationKind.Start or OperationKind.Repair => Power.On,
        OperationKind.Stop => Power.Off,
        _ => now,
    };

    /// <summary>
    /// The operation that brings a desktop to the power that its owner asks for; null when it is there already. Asking a running desktop
    /// to run means that something is wrong with it: it is applied again.
    /// </summary>
    public static OperationKind? ForPower(DesktopStatus from, Power wanted) => (from, wanted) switch
    {
        (DesktopStatus.Running, Power.On) => OperationKind.Repair,
        (_, Power.On) => OperationKind.Start,
        (DesktopStatus.Stopped, Power.Off) => null,
        (_, Power.Off) => OperationKind.Stop,
        _ => null,
    };

    /// <summary>Whether somebody may wait for its end, and it takes about as long each time.</summary>
    public static bool IsTimed(OperationKind kind) => IsStart(kind) || kind == OperationKind.Update;

    /// <summary>Whether somebody who asks for it waits for the screen of a desktop that was not there before.</summary>
    public static bool IsStart(OperationKind kind) => kind is OperationKind.Create or OperationKind.Start or OperationKind.Repair;

    /// <summary>Whether the operation must end with an answering screen.</summary>
    public static bool NeedsScreen(OperationKind kind, Power power) => WhenSucceeded(kind, power) == DesktopStatus.Running;
}
