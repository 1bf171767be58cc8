using System.Collections.Concurrent;
using CloudWorkstation.Launcher.Supervision;
using CloudWorkstation.MachineRoom.Cloud;
using CloudWorkstation.MachineRoom.Platform;

namespace CloudWorkstation.MachineRoom.Proxies;

/// <summary>
/// ECS's scheduler for desktop proxies: a task and a process for every service that wants one, none for the others.
/// What runs is read from ECS each time, so that a new start of this process goes on where the last one was.
/// </summary>
public sealed partial class ProxyKeeper(Ecs ecs, Services services, RoomSettings settings, ChildStarter starter, TimeProvider time, ILogger<ProxyKeeper> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ProxyProcess> _running = new(StringComparer.Ordinal);

    public IEnumerable<ProxyTask> Running => _running.Values.Select(proxy => proxy.Task);

    public async Task LookAsync(Facts facts, CancellationToken cancellationToken)
    {
        var wanted = (await ecs.ServicesAsync(facts.Cluster, cancellationToken))
            .Where(service => service["desiredCount"]!.GetValue<int>() > 0)
            .ToDictionary(service => service["serviceName"]!.GetValue<string>(), StringComparer.Ordinal);
        var tasks = await ecs.TasksAsync(facts.Cluster, cancellationToken);
        // A service that was given another definition gets another task.
        var kept = tasks.Where(task => wanted.TryGetValue(task.Service, out var service) && service["taskDefinition"]!.GetValue<string>() == task.Definition).ToList();
        foreach (var task in tasks.Except(kept))
            await ecs.StopAsync(facts.Cluster, task, cancellationToken);
        foreach (var service in wanted.Where(service => kept.TrueForAll(task => task.Service != service.Key)))
            await ecs.RunAsync(facts.Cluster, service.Value, cancellationToken);
        await Task.WhenAll(_running.Keys.Except(kept.Select(task => task.Arn), StringComparer.Ordinal).ToList().Select(EndAsync));
        foreach (var task in kept.Where(task => !_running.ContainsKey(task.Arn)))
            await StartAsync(task, cancellationToken);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_running.Keys.ToList().Select(EndAsync));

    private async Task StartAsync(ProxyTask task, CancellationToken cancellationToken)
    {
        if (await ecs.ContainerAsync(task.Definition, ProxyProcess.Container, cancellationToken) is not { } container
            || await ProxyProcess.EnvironmentAsync(container, services, cancellationToken) is not { } environment)
            return;
        if (!task.Address.StartsWith("127.", StringComparison.Ordinal))
            Log.Elsewhere(logger, task.Service, task.Address);
        Log.Starting(logger, task.Service, task.Address);
        _running[task.Arn] = new ProxyProcess(task, environment, settings, starter, time, text => Log.Told(logger, text));
    }

    private async Task EndAsync(string arn)
    {
        if (!_running.TryRemove(arn, out var proxy))
            return;
        Log.Stopping(logger, proxy.Task.Service);
        await proxy.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Information, "Service {Service} wants a task: its desktop proxy starts at {Address}:8083")]
        public static partial void Starting(ILogger logger, string service, string address);

        [LoggerMessage(12, LogLevel.Information, "Service {Service} wants its task no longer: its desktop proxy ends")]
        public static partial void Stopping(ILogger logger, string service);

        [LoggerMessage(13, LogLevel.Warning, "{Text}")]
        public static partial void Told(ILogger logger, string text);

        [LoggerMessage(14, LogLevel.Warning, "The task of {Service} got the address {Address}, which is not this machine's: dedicated proxies need the moto that up --aws-endpoint moto starts")]
        public static partial void Elsewhere(ILogger logger, string service, string address);
    }
}
