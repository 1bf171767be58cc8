using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Ecs;
using CloudWorkstation.Manager.Aws.Proxies;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Aws.Watch;

/// <summary>What was seen of a desktop in the cloud at one look; equal as long as nothing changes.</summary>
/// <param name="Instance">Null when there is none.</param>
/// <param name="Address">Of the instance.</param>
/// <param name="Proxy"><c>ip:port</c> of the desktop's own proxy; null where it has none or none runs.</param>
internal sealed record Sighting(InstanceState? Instance, string? Address, string? Proxy)
{
    public static Sighting Of(Ec2Instance? instance, EcsTask? task) =>
        new(instance?.State, instance?.PrivateAddress, task is null ? null : ProxyAddresses.AddressOf(task));
}

/// <summary>What a sighting means for a desktop. Pure.</summary>
internal static class SightingRules
{
    /// <summary>The desktop as it should be stored; the same one when the sighting says nothing new.</summary>
    public static Desktop Judge(Desktop desktop, Sighting seen, DateTimeOffset now)
    {
        var proxy = desktop is { Status: DesktopStatus.Running, Machine.Service: not null } && seen.Proxy is not null ? seen.Proxy : desktop.Proxy;
        var (state, detail) = Read(desktop, seen);
        var same = state is null || (desktop.Observed is { } known && known.State == state && known.Detail == detail);
        return same && proxy == desktop.Proxy ? desktop : desktop with
        {
            Proxy = proxy,
            Observed = same ? desktop.Observed : new ObservedMachine(state!.Value, now, detail),
        };
    }

    private static (ObservedState? State, string? Detail) Read(Desktop desktop, Sighting seen) => seen.Instance switch
    {
        null or InstanceState.Terminated or InstanceState.ShuttingDown => (ObservedState.Missing, "The machine was terminated outside CloudWorkstation."),
        InstanceState.Stopped or InstanceState.Stopping => (ObservedState.Stopped, desktop.Status == DesktopStatus.Running ? "The machine was stopped outside CloudWorkstation." : null),
        InstanceState.Running => Running(desktop, seen),

        // On its way: the next look sees where it went.
        InstanceState.Pending => (null, null),
        _ => (ObservedState.Unknown, "The machine is in a state that CloudWorkstation does not know."),
    };

    private static (ObservedState State, string? Detail) Running(Desktop desktop, Sighting seen) => desktop switch
    {
        { Status: DesktopStatus.Stopped } => (ObservedState.Running, "The machine was started outside CloudWorkstation."),
        { Status: DesktopStatus.Running, Connection: { } connection } when seen.Address is not null && connection.Host != seen.Address =>
            (ObservedState.Changed, $"The machine's address is {seen.Address} now."),
        { Status: DesktopStatus.Running, Machine.Service: not null } when seen.Proxy is null => (ObservedState.Changed, "The desktop's proxy does not run."),
        _ => (ObservedState.Running, null),
    };
}
