using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.EndToEnd;

/// <summary>Starting and stopping the whole product.</summary>
public sealed class LauncherTests
{
    private const int Limit = 240_000;

    [Fact(Timeout = Limit)]
    public async Task Down_leaves_no_process_and_the_next_start_is_a_clean_one_when_the_data_is_deleted()
    {
        await using var product = await Product.StartAsync();
        string first;
        using (var person = await product.AdminAsync())
        {
            await Desktop.CreateAsync(product, person);
            first = person.Id;
        }

        (await product.DownAsync()).ShouldContain("stopped");

        product.ProcessesLeft().ShouldBeEmpty();
        Directory.Delete(product.Data.Root, recursive: true);
        await product.UpAsync();
        using var again = await product.AdminAsync();
        again.Id.ShouldNotBe(first);
        (await again.GetAsync("/api/v1/desktops?owner=*")).Body["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_survives_a_killed_launcher_but_desktops_and_down_ends_those()
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        var desktop = await Desktop.CreateAsync(product, person);

        Process.GetProcessById(product.Launch.Id).Kill();
        await Eventually.HoldsAsync(() => product.ProcessesLeft().All(process => desktop.Processes().Contains(process.Process)), "the services have ended with their launcher");
        desktop.VncServers().ShouldHaveSingleItem();
        await product.DownAsync();

        product.ProcessesLeft().ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_start_on_the_same_data_is_refused()
    {
        await using var product = await Product.StartAsync();

        await using var second = new Launch(["up", "--data", product.Data.Root, "--port", "19000"]);

        (await second.EndAsync()).ShouldBe(1);
        second.Output.ShouldContain($"already running on {product.Data.Root} (process {product.Launch.Id}, {product.Url})");
    }

    [Fact(Timeout = Limit)]
    public async Task A_taken_port_is_refused_and_says_by_whom()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("cws-e2e-");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var up = new Launch(["up", "--data", Path.Combine(directory.FullName, "data"), "--port", $"{port}"]);

        (await up.EndAsync()).ShouldBe(1);
        up.Output.ShouldContain($"port {port} is taken by process {Environment.ProcessId} (");
        directory.Delete(recursive: true);
    }

    [Fact(Timeout = Limit)]
    public async Task A_first_start_gives_the_router_its_keys_without_a_reload()
    {
        await using var product = await Product.StartAsync();
        using var agent = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{product.Port + 4}") };
        await Eventually.HoldsAsync(
            async () => (await agent.GetStringAsync("/health/ready")).Contains("\"running\":true", StringComparison.Ordinal), "the agent has looked at HAProxy");

        (await File.ReadAllTextAsync(Path.Combine(product.Data.Logs, "haproxy.log"), TestContext.Current.CancellationToken)).ShouldNotContain("Reloading");
    }

    [Fact(Timeout = Limit)]
    public async Task Everything_listens_on_loopback_only()
    {
        await using var product = await Product.StartAsync();

        var open = await File.ReadAllLinesAsync("/proc/net/tcp", TestContext.Current.CancellationToken);
        foreach (var port in Enumerable.Range(product.Port, 5))
            open.ShouldContain(line => line.Contains($"0100007F:{port:X4} 00000000:0000 0A", StringComparison.Ordinal), $"port {port}");
        open.ShouldNotContain(line => line.Contains(" 00000000:", StringComparison.Ordinal) && line.Contains(" 0A ", StringComparison.Ordinal)
            && Enumerable.Range(product.Port, 5).Any(port => line.Contains($" 00000000:{port:X4} ", StringComparison.Ordinal)));
        ListeningPorts.HolderOf(product.Port)!.CommandLine.ShouldContain("haproxy");
    }
}
