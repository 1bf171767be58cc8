using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Supervision;
using CloudWorkstation.MachineRoom.Cloud;

namespace CloudWorkstation.MachineRoom.Machines;

/// <summary>What runs for one running instance.</summary>
public sealed class Machine : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly SupervisedService _service;

    public Machine(Instance instance, string password, RoomSettings settings, ChildStarter starter, TimeProvider time, Action<string> tell)
    {
        Instance = instance;
        var definition = new ServiceDefinition(
            $"machine-{instance.Id}",
            "bash",
            [Path.Combine(AppContext.BaseDirectory, "machine", "machine.sh")],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["MACHINE_DIRECTORY"] = MachineDirectory.Of(settings.Data, instance.Id),
                ["MACHINE_ADDRESS"] = instance.Address!,
                ["MACHINE_SCREEN"] = instance.Screen,
                ["MACHINE_NAME"] = instance.Desktop,
                ["MACHINE_PASSWORD"] = password,
                [Leftovers.MachineMarker] = MachineDirectory.Of(settings.Data, instance.Id),
                [Leftovers.ServiceMarker] = settings.Data.Root,
            },
            new Uri($"{ReadyProbe.TcpScheme}://{instance.Address}:5901"));
        _service = new SupervisedService(definition, settings.Data, starter, time, tell);
        _service.Start();
    }

    public Instance Instance { get; }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(Grace);
        _service.Dispose();
    }
}
