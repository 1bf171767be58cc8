using System.Text.Json.Nodes;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Stack;
using CloudWorkstation.Launcher.Supervision;
using CloudWorkstation.MachineRoom.Cloud;

namespace CloudWorkstation.MachineRoom.Proxies;

/// <summary>The desktop proxy of one task: the product's own program, told what the task's container definition tells it.</summary>
public sealed class ProxyProcess : IAsyncDisposable
{
    public const string Container = "desktop-proxy";
    private const int Port = 8083;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly SupervisedService _service;

    public ProxyProcess(ProxyTask task, IReadOnlyDictionary<string, string> environment, RoomSettings settings, ChildStarter starter, TimeProvider time, Action<string> tell)
    {
        var address = $"http://{task.Address}:{Port}";
        var definition = new ServiceDefinition(
            $"proxy-{task.Service}",
            "dotnet",
            [Checkout.Find().Assembly("router/CloudWorkstation.DesktopProxy")],
            // A container listens on every address it has; this process has the whole machine's.
            new Dictionary<string, string>(environment, StringComparer.Ordinal)
            {
                ["ASPNETCORE_URLS"] = address,
                [Leftovers.ServiceMarker] = settings.Data.Root,
                ["DOTNET_gcServer"] = "0",
                ["DOTNET_gcConcurrent"] = "0",
            },
            new Uri(address + "/health/ready"));
        Task = task;
        _service = new SupervisedService(definition, settings.Data, starter, time, tell);
        _service.Start();
    }

    public ProxyTask Task { get; }

    /// <summary>The container's variables, and its secrets read as the execution role would read them. Null while one has no value yet.</summary>
    public static async Task<Dictionary<string, string>?> EnvironmentAsync(JsonNode container, Services services, CancellationToken cancellationToken)
    {
        Dictionary<string, string> result = new(StringComparer.Ordinal);
        foreach (var variable in container["environment"]?.AsArray() ?? [])
            result[variable!["name"]!.GetValue<string>()] = variable["value"]!.GetValue<string>();
        foreach (var secret in container["secrets"]?.AsArray() ?? [])
        {
            if (await SecretAsync(secret!["valueFrom"]!.GetValue<string>(), services, cancellationToken) is not { } value)
                return null;
            result[secret["name"]!.GetValue<string>()] = value;
        }

        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(Grace);
        _service.Dispose();
    }

    private static async Task<string?> SecretAsync(string from, Services services, CancellationToken cancellationToken)
    {
        if (!from.Contains(":secretsmanager:", StringComparison.Ordinal))
            return await services.ParameterAsync(from, cancellationToken);
        try
        {
            return (await services.SecretsAsync("GetSecretValue", new JsonObject { ["SecretId"] = from }, cancellationToken))["SecretString"]?.GetValue<string>();
        }
        catch (AwsException absent) when (absent.Says("ResourceNotFound"))
        {
            return null;
        }
    }
}
