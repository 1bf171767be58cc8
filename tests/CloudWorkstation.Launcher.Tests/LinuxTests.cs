using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.Launcher.Tests;

public sealed class LinuxTests
{
    private const int Limit = 30_000;

    [Fact(Timeout = Limit)]
    public async Task A_taken_port_is_told_with_process_and_command()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var holder = await Task.Run(() => ListeningPorts.HolderOf(port), TestContext.Current.CancellationToken);

        holder!.Process.ShouldBe(Environment.ProcessId);
        holder.ToString().ShouldContain($"port {port} is taken by process {Environment.ProcessId} (");
    }

    [Fact(Timeout = Limit)]
    public async Task A_free_port_has_no_holder()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        (await Task.Run(() => ListeningPorts.HolderOf(port), TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_process_is_known_by_its_environment_and_start_time()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "60") { Environment = { ["CWS_EXAMPLE"] = "a=b" } })!;
        try
        {
            await Eventually.HoldsAsync(() => ProcessTable.Name(process.Id) == "sleep");

            ProcessTable.EnvironmentVariable(process.Id, "CWS_EXAMPLE").ShouldBe("a=b");
            ProcessTable.Parent(process.Id).ShouldBe(Environment.ProcessId);
            ProcessTable.IsAlive(process.Id, ProcessTable.StartTime(process.Id)!.Value).ShouldBeTrue();
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task This_process_and_its_parent_are_never_cleaned_up()
    {
        var spared = await Task.Run(ProcessTable.SelfAndAncestors, TestContext.Current.CancellationToken);

        spared.ShouldContain(Environment.ProcessId);
        spared.ShouldContain(ProcessTable.Parent(Environment.ProcessId)!.Value);
    }
}
