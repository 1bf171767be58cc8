using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Supervision;

namespace CloudWorkstation.Launcher.Stack;

/// <summary>The stack while it runs: brought up in the order of what needs what, taken down together.</summary>
public sealed class RunningStack(StackDefinition stack, DataDirectory data, TimeProvider time, Action<string> tell) : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(12);

    private readonly ChildStarter _starter = new();
    private readonly ReadyProbe _probe = new();
    private readonly List<SupervisedService> _services = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StartAndWaitAsync(Present(stack.Moto), cancellationToken);
        await StartAndWaitAsync(Present(stack.MachineRoom), cancellationToken);
        // The api creates the keys that the others read. The agent writes the files that HAProxy reads, so that HAProxy knows the keys from
        // its first request on: beside each other, a person who signs in at once could meet a HAProxy that still holds placeholders.
        await StartAndWaitAsync([stack.Api], cancellationToken);
        await StartAndWaitAsync([stack.Agent, stack.Proxy, stack.Console], cancellationToken);
        await StartAndWaitAsync([stack.Haproxy], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // Last what the others speak to while they stop.
        foreach (var together in _services.GroupBy(service => service.IsIrreplaceable).OrderBy(group => group.Key))
            await Task.WhenAll(together.Select(service => service.StopAsync(Grace)));
        _services.ForEach(service => service.Dispose());
        _probe.Dispose();
        _starter.Dispose();
    }

    /// <summary>Ends when a service has that cannot be started again.</summary>
    public Task LostAsync() => Task.WhenAny(_services.Select(service => service.Lost));

    private static ServiceDefinition[] Present(ServiceDefinition? definition) => definition is null ? [] : [definition];

    private async Task StartAndWaitAsync(IReadOnlyList<ServiceDefinition> definitions, CancellationToken cancellationToken)
    {
        var starting = definitions.Select(Start).ToList();
        await Task.WhenAll(starting.Select(service => WaitAsync(service, cancellationToken)));
    }

    private SupervisedService Start(ServiceDefinition definition)
    {
        var service = new SupervisedService(definition, data, _starter, time, tell);
        _services.Add(service);
        service.Start();
        return service;
    }

    private async Task WaitAsync(SupervisedService service, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        await service.WaitUntilReadyAsync(_probe, ReadyLimit, cancellationToken);
        tell($"{service.Name,-14} ready in {time.GetElapsedTime(begun).TotalSeconds:0.0} s");
    }
}
