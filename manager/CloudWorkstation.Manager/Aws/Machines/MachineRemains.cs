using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Watch;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Aws.Machines;

/// <summary>
/// Ends machines of a desktop that Terraform's state does not know: it writes a machine down only once that exists, so a run that was killed
/// at the wrong moment leaves one behind. The next apply takes it over; where the desktop is deleted instead, this does.
/// </summary>
internal interface IMachineRemains
{
    /// <summary>Null when nothing is left, else why that could not be reached.</summary>
    Task<FailureCause?> RemoveAsync(Desktop desktop, IJournal journal, CancellationToken cancellationToken);
}

internal sealed class MachineRemains(IAwsClients clients, AwsPlace place, ManagerOptions options) : IMachineRemains
{
    public async Task<FailureCause?> RemoveAsync(Desktop desktop, IJournal journal, CancellationToken cancellationToken)
    {
        if ((desktop.Machine?.Region ?? place.Region) is not { } region)
        {
            return null;
        }

        try
        {
            var ec2 = clients.Ec2(region);
            await foreach (var left in ec2.InstancesAsync(CloudView.DesktopTag, desktop.Id, cancellationToken))
            {
                if (left.State is InstanceState.ShuttingDown or InstanceState.Terminated || left.Tags.GetValueOrDefault(CloudView.EnvironmentTag) != options.Environment)
                {
                    continue;
                }

                journal.Log("warn", $"An interrupted run left {left.Id} behind; it is terminated");
                await ec2.TerminateAsync(left.Id, cancellationToken);
            }

            return null;
        }
        catch (AwsException e)
        {
            return AwsFaults.Cause(e);
        }
    }
}
