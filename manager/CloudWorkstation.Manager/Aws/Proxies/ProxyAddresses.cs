using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ecs;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using TaskStatus = CloudWorkstation.Manager.Aws.Ecs.TaskStatus;

namespace CloudWorkstation.Manager.Aws.Proxies;

/// <param name="Address"><c>ip:port</c>; null where there is none.</param>
/// <param name="Cause">Why there is none.</param>
internal sealed record FoundProxy(string? Address, FailureCause? Cause);

/// <summary>Finds the address of a desktop's own proxy.</summary>
internal interface IProxyAddresses
{
    /// <summary>Waits for the task to run, or for the proxy to say where it is, whichever comes first.</summary>
    Task<FoundProxy> FindAsync(string desktop, Machine machine, IJournal journal, CancellationToken cancellationToken);
}

internal sealed class ProxyAddresses(IAwsClients clients, ProxyDocuments documents, TimeProvider time) : IProxyAddresses
{
    /// <value>Where the desktop proxy listens in its task.</value>
    public const int Port = 8083;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // ECS goes on trying to start a task that cannot start; these are reasons that the next try does not mend.
    private static readonly string[] Hopeless = ["CannotPull", "ResourceInitializationError"];

    public async Task<FoundProxy> FindAsync(string desktop, Machine machine, IJournal journal, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var since = journal.StartedAt ?? time.GetUtcNow();
        var pause = FirstPause;
        while (true)
        {
            var look = await LookAsync(desktop, machine, since, journal, cancellationToken);
            if (look.Address is not null || look.Cause is { Kind: not FailureKind.Timeout })
            {
                return look;
            }

            if (time.GetElapsedTime(started) >= Patience)
            {
                return look.Cause is not null ? look : new FoundProxy(null, TookTooLong(machine, "No task of the service is running, and none has said why."));
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 3 / 2));
        }
    }

    /// <summary>The task that runs for the service, the newest where one takes over from another.</summary>
    public static EcsTask? Newest(IEnumerable<EcsTask> tasks) => tasks.Where(t => t.IsRunning && t.PrivateAddress is not null).MaxBy(t => t.StartedAt ?? DateTimeOffset.MinValue);

    public static string AddressOf(EcsTask task) => $"{task.PrivateAddress}:{Port}";

    private static FailureCause TookTooLong(Machine machine, string detail) => new(
        FailureKind.Timeout,
        "The desktop was built, but its proxy did not start in time.",
        [new TerraformDiagnostic("error", $"ECS service {machine.Service}", detail, null, null, null)]);

    private async Task<FoundProxy> LookAsync(string desktop, Machine machine, DateTimeOffset since, IJournal journal, CancellationToken cancellationToken)
    {
        if (await documents.Proxies.GetAsync(desktop, cancellationToken) is { Value: var announced } && announced.At >= since)
        {
            journal.Log("info", $"The proxy says that it is at {announced.Address}");
            return new FoundProxy(announced.Address, null);
        }

        try
        {
            var ecs = clients.Ecs(machine.Region);
            if (Newest(await ecs.TasksAsync(machine.Cluster!, machine.Service, TaskStatus.Running, cancellationToken).ToListAsync(cancellationToken)) is { } task)
            {
                journal.Log("info", $"The proxy task runs at {task.PrivateAddress}");
                return new FoundProxy(AddressOf(task), null);
            }

            return new FoundProxy(null, await StoppedAsync(ecs, machine, since, cancellationToken));
        }
        catch (AwsException e) when (AwsFaults.IsThrottled(e) || e.Code == AwsErrors.Unreachable)
        {
            return new FoundProxy(null, AwsFaults.Cause(e) with { Kind = FailureKind.Timeout });
        }
        catch (AwsException e)
        {
            return new FoundProxy(null, AwsFaults.Cause(e));
        }
    }

    /// <summary>Why the last task of the service ended; null while none has.</summary>
    private static async Task<FailureCause?> StoppedAsync(IEcs ecs, Machine machine, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var stopped = await ecs.TasksAsync(machine.Cluster!, machine.Service, TaskStatus.Stopped, cancellationToken)
            .Where(t => t.StoppedReason is not null && t.StoppedAt >= since).ToListAsync(cancellationToken);
        if (stopped.MaxBy(t => t.StoppedAt)?.StoppedReason is not { } reason)
        {
            return null;
        }

        return Hopeless.Any(h => reason.Contains(h, StringComparison.Ordinal)) ? AwsFaults.Cause($"ECS service {machine.Service}", reason) : TookTooLong(machine, reason);
    }
}
