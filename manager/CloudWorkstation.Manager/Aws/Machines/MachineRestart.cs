using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Aws.Machines;

/// <summary>Restarts the machine of a running desktop, without Terraform: nothing of it changes.</summary>
public interface IMachineRestart
{
    /// <summary>Returns when EC2 has accepted it; the screen is away for a minute or two.</summary>
    Task<Outcome<DesktopView>> RestartAsync(Actor actor, string desktop, CancellationToken cancellationToken);
}

internal sealed class MachineRestart(DesktopReader desktops, IAwsClients clients, IAuditLog audit) : IMachineRestart
{
    public async Task<Outcome<DesktopView>> RestartAsync(Actor actor, string desktop, CancellationToken cancellationToken)
    {
        if (await desktops.FindAsync(actor, desktop, cancellationToken) is not { } found)
        {
            return Problem.NotFound("desktop", desktop);
        }

        if ((DesktopAccess.Change(actor, found.Value, new ChangeDesktop { Power = Power.On }) ?? Refuse(found.Value)) is { } refusal)
        {
            return refusal;
        }

        var machine = found.Value.Machine!;
        try
        {
            await clients.Ec2(machine.Region).RebootAsync(machine.Instance, cancellationToken);
        }
        catch (AwsException e)
        {
            await audit.RecordAsync(actor, AuditActions.DesktopRestart, $"desktop/{desktop}", AuditResults.Failed, e.Code, cancellationToken);
            return new Problem(ProblemKind.Unavailable, "cloud_refused", AwsFaults.Cause(e).Message);
        }

        await audit.RecordAsync(actor, AuditActions.DesktopRestart, $"desktop/{desktop}", AuditResults.Accepted, machine.Instance, cancellationToken);
        return new DesktopView(found.Value, found.Version);
    }

    private static Problem? Refuse(Desktop desktop) => desktop switch
    {
        { ActiveOperation: { } active } => DesktopProblems.OperationInProgress(active),
        { Machine: null } => new Problem(ProblemKind.Conflict, "conflict", "This desktop has no machine of its own that could be restarted. Repair it instead."),
        { Status: not DesktopStatus.Running } => new Problem(ProblemKind.Conflict, "desktop_not_running", "Only a running desktop can be restarted."),
        _ => null,
    };
}
