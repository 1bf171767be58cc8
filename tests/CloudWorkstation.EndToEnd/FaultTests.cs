using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>Parts that are killed while they work.</summary>
public sealed class FaultTests
{
    private const int Limit = 240_000;

    [Fact(Timeout = Limit)]
    public async Task The_api_killed_during_apply_finishes_the_desktop_after_its_return_with_one_vnc_server()
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        var (desktop, operation) = await Desktop.BeginAsync(product, person);
        using (desktop.HoldScreenBack())
        {
            await desktop.UntilScreenIsNextAsync();
            await product.KillAndAwaitReturnAsync("api");
        }

        await Eventually.HoldsAsync(async () => (await person.GetAsync("/api/v1/me")).Status == 200, "the api answers again");
        var ended = await desktop.EndOfAsync(operation);

        (ended["state"]!.GetValue<string>(), ended["attempt"]!.GetValue<int>()).ShouldBe(("succeeded", 2), ended.ToJsonString());
        desktop.VncServers().ShouldHaveSingleItem();
        (await desktop.GetAsync())["status"]!.GetValue<string>().ShouldBe("running");
        await Eventually.HoldsAsync(desktop.CanConnectAsync, "the router has heard from the api that came back");
        await using var screen = await desktop.ConnectAsync();
        screen.Width.ShouldBeGreaterThan(0);
    }

    [Fact(Timeout = Limit)]
    public async Task The_api_killed_when_the_vnc_server_runs_and_nothing_of_it_is_stored_finishes_with_that_one_server()
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        var (desktop, operation) = await Desktop.BeginAsync(product, person);
        using (desktop.HoldScreenBack())
        {
            await desktop.UntilScreenIsNextAsync();
            // Held still, the api cannot learn how far Terraform has got: the crash comes at the worst moment, however busy the machine is.
            await product.HoldStillAsync("api");
        }

        await Eventually.HoldsAsync(() => desktop.VncServers().Count > 0, "the VNC server runs");

        await product.KillAndAwaitReturnAsync("api");
        await Eventually.HoldsAsync(async () => (await person.GetAsync("/api/v1/me")).Status == 200, "the api answers again");
        var ended = await desktop.EndOfAsync(operation);

        (ended["state"]!.GetValue<string>(), ended["attempt"]!.GetValue<int>()).ShouldBe(("succeeded", 2), ended.ToJsonString());
        var server = desktop.VncServers().ShouldHaveSingleItem();
        await Eventually.HoldsAsync(desktop.CanConnectAsync, "the router has heard from the api that came back");
        await using (var screen = await desktop.ConnectAsync())
            screen.Width.ShouldBeGreaterThan(0);
        desktop.VncServers().ShouldBe([server], "it is the one whose screen is shown");
        await desktop.DeleteAsync();
        desktop.Processes().ShouldBeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("desktop-proxy")]
    [InlineData("haproxy")]
    [InlineData("route-agent")]
    public async Task A_killed_part_of_the_way_comes_back_and_so_do_sessions(string part)
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        var desktop = await Desktop.CreateAsync(product, person);
        var server = desktop.VncServers().ShouldHaveSingleItem();
        await using (await desktop.ConnectAsync())
            await product.KillAndAwaitReturnAsync(part);

        await Eventually.HoldsAsync(desktop.CanConnectAsync, "the screen can be opened again");

        desktop.VncServers().ShouldBe([server], "the desktop itself was never touched");
    }

    [Fact(Timeout = Limit)]
    public async Task A_desktop_runs_again_after_the_whole_product_was_stopped_and_started()
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        var desktop = await Desktop.CreateAsync(product, person);
        await File.WriteAllTextAsync(Path.Combine(desktop.Home, "kept"), "", TestContext.Current.CancellationToken);

        await product.DownAsync();
        desktop.Processes().ShouldBeEmpty();
        await product.UpAsync();

        await Eventually.HoldsAsync(async () => (await desktop.GetAsync())["connectable"]?.GetValue<bool>() == true && desktop.VncServers().Count == 1, "the desktop is brought back");
        await Eventually.HoldsAsync(desktop.CanConnectAsync, "its screen can be opened");
        File.Exists(Path.Combine(desktop.Home, "kept")).ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_desktop_runs_again_though_another_program_has_taken_its_screens_port_while_the_product_was_stopped()
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        var desktop = await Desktop.CreateAsync(product, person);
        var port = int.Parse(await File.ReadAllTextAsync(Path.Combine(desktop.Directory, "run", "port"), TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        await product.DownAsync();
        using var stranger = Stranger(port);

        await product.UpAsync();

        await Eventually.HoldsAsync(desktop.CanConnectAsync, "the desktop is brought back on another port");
    }

    /// <summary>Somebody's VNC server that has never heard of us. Where a real one was faster, that one is the stranger.</summary>
    private static TcpListener? Stranger(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return null;
        }

        _ = Task.Run(async () =>
        {
            while (true)
                _ = RefuseAsync(await listener.AcceptTcpClientAsync());
        });
        return listener;
    }

    private static async Task RefuseAsync(TcpClient client)
    {
        using (client)
        {
            await client.GetStream().WriteAsync("RFB 003.008\n\0\0\0\0\0"u8.ToArray());
            await client.GetStream().CopyToAsync(Stream.Null);
        }
    }
}
