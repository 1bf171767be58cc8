using System.Collections.Concurrent;
using CloudWorkstation.Launcher.Supervision;
using CloudWorkstation.MachineRoom.Cloud;
using CloudWorkstation.MachineRoom.Platform;

namespace CloudWorkstation.MachineRoom.Machines;

/// <summary>A machine for every running instance of a desktop, and none for any other.</summary>
public sealed partial class MachineKeeper(Ec2 ec2, Services services, RoomSettings settings, ChildStarter starter, TimeProvider time, ILogger<MachineKeeper> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Machine> _running = new(StringComparer.Ordinal);

    public IEnumerable<Instance> Running => _running.Values.Select(machine => machine.Instance);

    public async Task LookAsync(Facts facts, CancellationToken cancellationToken)
    {
        var instances = await ec2.InstancesAsync(cancellationToken);
        var wanted = instances.Where(instance => instance.IsRunning).ToDictionary(instance => instance.Id, StringComparer.Ordinal);
        await Task.WhenAll(_running.Where(machine => !wanted.TryGetValue(machine.Key, out var instance) || instance.Address != machine.Value.Instance.Address).Select(machine => StopAsync(machine.Key)));
        foreach (var instance in wanted.Values.Where(instance => !_running.ContainsKey(instance.Id)))
            await StartAsync(instance, facts, cancellationToken);
        MachineDirectory.RemoveAllBut(settings.Data, instances.Where(instance => !instance.IsGone).Select(instance => instance.Id).ToHashSet(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_running.Keys.ToList().Select(StopAsync));

    /// <summary>An instance boots as soon as it is there, often before its password is: it asks until it gets one.</summary>
    private async Task StartAsync(Instance instance, Facts facts, CancellationToken cancellationToken)
    {
        if (await services.ParameterAsync($"{facts.SecretPrefix}/{instance.Desktop}/vnc", cancellationToken) is not { } password)
            return;
        Log.Starting(logger, instance.Id, instance.Desktop, instance.Address!);
        _running[instance.Id] = new Machine(instance, password, settings, starter, time, text => Log.Told(logger, text));
    }

    private async Task StopAsync(string id)
    {
        if (!_running.TryRemove(id, out var machine))
            return;
        Log.Stopping(logger, id, machine.Instance.Desktop);
        await machine.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Instance {Instance} of desktop {Desktop} runs: starting a screen at {Address}:5901")]
        public static partial void Starting(ILogger logger, string instance, string desktop, string address);

        [LoggerMessage(2, LogLevel.Information, "Instance {Instance} of desktop {Desktop} runs no longer: its screen ends")]
        public static partial void Stopping(ILogger logger, string instance, string desktop);

        [LoggerMessage(3, LogLevel.Warning, "{Text}")]
        public static partial void Told(ILogger logger, string text);
    }
}
