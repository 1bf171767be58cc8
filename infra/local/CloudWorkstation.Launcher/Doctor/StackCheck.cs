using System.Runtime.CompilerServices;
using CloudWorkstation.Launcher.Cleanup;
using CloudWorkstation.Launcher.Cloud;
using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Linux;
using CloudWorkstation.Launcher.Stack;
using CloudWorkstation.Launcher.Supervision;

namespace CloudWorkstation.Launcher.Doctor;

/// <summary>What runs: the services of this data directory, or whoever holds the ports they would need.</summary>
internal static class StackCheck
{
    public static async IAsyncEnumerable<Finding> RunAsync(DataDirectory data, int port, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (ProcessRecord.Load(data, "launcher") is { IsAlive: true, Url: { } url })
        {
            yield return new Finding("running", Verdict.Ok, $"CloudWorkstation runs at {url}");
            yield return PasskeyCheck.Of(new Uri(url));
            await foreach (var finding in ServicesAsync(data, new Uri(url).Port, cancellationToken))
                yield return finding;
            yield break;
        }

        var leftovers = new Leftovers(data, TimeProvider.System);
        var left = leftovers.Services().Count + leftovers.Desktops().Count;
        yield return left == 0
            ? new Finding("running", Verdict.Ok, "nothing runs on this data directory")
            : new Finding("running", Verdict.Warn, $"{left} process(es) of an earlier run are left", "./workstation down");
        var ports = Options(data, port).Ports;
        var taken = ports.Select(ListeningPorts.HolderOf).OfType<PortHolder>().ToList();
        yield return taken.Count == 0
            ? new Finding("ports", Verdict.Ok, $"ports {port} to {ports[^1]} are free")
            : new Finding("ports", Verdict.Fail, string.Join("; ", taken), "End it, or choose another with --port N.");
    }

    private static async IAsyncEnumerable<Finding> ServicesAsync(DataDirectory data, int port, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var probe = new ReadyProbe();
        var stack = new StackDefinition(Options(data, port), Checkout.Find());
        ServiceDefinition?[] services = [stack.Moto, stack.MachineRoom, stack.Api, stack.Console, stack.Proxy, stack.Agent];
        foreach (var service in services.OfType<ServiceDefinition>())
        {
            yield return await probe.AnswersAsync(service.Ready, cancellationToken)
                ? new Finding(service.Name, Verdict.Ok, $"answers at {service.Ready}")
                : new Finding(service.Name, Verdict.Fail, $"does not answer at {service.Ready}", $"See {Path.Combine(data.Logs, service.Name + ".log")}");
        }
    }

    /// <summary>As it runs, or as it would be started again.</summary>
    internal static StackOptions Options(DataDirectory data, int port) => new(data, port, StackOptions.Loopback, null, null, null, null)
    {
        Cloud = Installation.Load(data) is { } noted ? CloudOptions.From(noted.Store, noted.Endpoint) : CloudOptions.ThisMachine,
    };
}
