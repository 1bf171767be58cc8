using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Aws.Machines;

/// <summary>
/// Stops and starts machines at once, before Terraform, which needs many seconds to come to the same call. Terraform then finds the machine as
/// it wants it. Whatever goes wrong here is left to Terraform, except what it could not do either.
/// </summary>
internal interface IMachinePower
{
    /// <summary>Null to go on with Terraform, else why there is no point in it.</summary>
    Task<FailureCause?> ChangeAsync(Machine machine, Power wanted, IJournal journal, CancellationToken cancellationToken);
}

internal sealed class MachinePower(IAwsClients clients, TimeProvider time, ILogger<MachinePower> logger) : IMachinePower
{
    private const string NoCapacity = "InsufficientInstanceCapacity";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    /// <summary>What an operation of this kind wants of the machine; null for those that are Terraform's alone.</summary>
    public static Power? Wanted(OperationKind kind) => kind switch
    {
        OperationKind.Stop => Power.Off,
        OperationKind.Start or OperationKind.Repair => Power.On,
        _ => null,
    };

    public async Task<FailureCause?> ChangeAsync(Machine machine, Power wanted, IJournal journal, CancellationToken cancellationToken)
    {
        if (machine.Provider != "aws")
        {
            return null;
        }

        journal.Step("power", wanted == Power.On ? "Starting the machine" : "Stopping the machine");
        try
        {
            var ec2 = clients.Ec2(machine.Region);
            return wanted == Power.On
                ? await StartAsync(ec2, machine.Instance, journal, cancellationToken)
                : await StopAsync(ec2, machine.Instance, journal, cancellationToken);
        }
        catch (AwsException e) when (e.Code == NoCapacity)
        {
            return AwsFaults.Cause(e);
        }
        catch (AwsException e)
        {
            // Terraform asks again, in its own way; if the reason is a real one, it fails with it.
            logger.LogWarning(e, "Instance {Instance} could not be asked directly to be {Power}.", machine.Instance, wanted);
            journal.Log("warn", $"EC2 did not do it at once ({e.Code}); Terraform will.");
            return null;
        }
    }

    private async Task<FailureCause?> StopAsync(IEc2 ec2, string instance, IJournal journal, CancellationToken cancellationToken)
    {
        var change = await ec2.StopAsync(instance, cancellationToken);
        journal.Log("info", $"EC2 is stopping {instance}");
        await UntilAsync(ec2, instance, change.Now, s => s is InstanceState.Stopped or InstanceState.Terminated, journal, cancellationToken);
        return null;
    }

    private async Task<FailureCause?> StartAsync(IEc2 ec2, string instance, IJournal journal, CancellationToken cancellationToken)
    {
        var change = await TryStartAsync(ec2, instance, journal, cancellationToken);
        if (change is null || change.Before == InstanceState.Running)
        {
            return null;
        }

        journal.Log("info", $"EC2 is starting {instance}");
        var last = await UntilAsync(ec2, instance, change.Now, s => s is not (InstanceState.Pending or InstanceState.Stopping), journal, cancellationToken);

        // A start that was accepted can still find no room: the machine goes back to being stopped and says why.
        return last is { State: InstanceState.Stopped, StateReason: { } reason } && reason.Code.Contains(NoCapacity, StringComparison.Ordinal)
            ? AwsFaults.Cause("EC2 StartInstances", $"{reason.Code}: {reason.Message}")
            : null;
    }

    /// <summary>Null where there is nothing to start: Terraform builds another.</summary>
    private async Task<InstanceStateChange?> TryStartAsync(IEc2 ec2, string instance, IJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            return await ec2.StartAsync(instance, cancellationToken);
        }
        catch (AwsException e) when (e.Code is "IncorrectInstanceState" or "InvalidInstanceID.NotFound")
        {
            var found = await ec2.InstanceAsync(instance, cancellationToken);
            if (found?.State != InstanceState.Stopping)
            {
                journal.Log("warn", $"The machine {instance} is {(found is null ? "gone" : found.State.ToString().ToLowerInvariant())}; Terraform builds it again.");
                return null;
            }

            // It was told to stop a moment ago, by us or by somebody else: it can start only once it stands still.
            journal.Log("info", $"{instance} is still stopping");
            await UntilAsync(ec2, instance, found.State, s => s != InstanceState.Stopping, journal, cancellationToken);
            return await ec2.StartAsync(instance, cancellationToken);
        }
    }

    /// <summary>The instance as last seen; null when it is gone or when there was nothing to wait for.</summary>
    private async Task<Ec2Instance?> UntilAsync(IEc2 ec2, string instance, InstanceState now, Func<InstanceState, bool> arrived, IJournal journal, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pause = FirstPause;
        Ec2Instance? found = null;
        while (!arrived(found?.State ?? now))
        {
            if (time.GetElapsedTime(started) > Patience)
            {
                journal.Log("warn", $"{instance} is still {found?.State.ToString().ToLowerInvariant()} after {Patience.TotalMinutes:0} minutes; Terraform goes on.");
                return found;
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 3 / 2));
            found = await ec2.InstanceAsync(instance, cancellationToken);
            if (found is null)
            {
                return null;
            }
        }

        return found;
    }
}
