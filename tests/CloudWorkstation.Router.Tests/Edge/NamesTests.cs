using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>Behind a load balancer, with services that are found by name: as on ECS and in the compose file.</summary>
public sealed class NamesTests(EdgeFixture edge)
{
    private const string Shared = "proxy.cws.internal";

    [Fact(Timeout = 60_000)]
    public async Task Services_are_found_by_name_and_followed_when_their_address_changes()
    {
        await using var names = new DnsService();
        names.Set("api.cws.internal", "127.0.0.9");
        await using var server = Router(names);
        await server.StartAsync();
        (await StatusAsync(server, "/auth/sign-in")).ShouldBe(503);

        names.Set("api.cws.internal", "127.0.0.9", "127.0.0.1");

        await Waiting.UntilAsync(async () => await StatusAsync(server, "/auth/sign-in") == 200, "the api's new address is used, and not the dead one");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_route_that_names_the_shared_proxies_goes_to_one_that_lives()
    {
        await using var names = new DnsService();
        await using var proxy = await EchoService.StartAsync("shared");
        var port = new Uri("http://" + proxy.Address).Port;
        names.Set(Shared, "127.0.0.9", "127.0.0.1");
        await using var server = Router(names, ("CWS_PROXY_ADDR", $"{Shared}:{port}"));
        server.InstallKey("a", edge.Key);
        await File.WriteAllLinesAsync(server.Directory.MapFile(MapNames.Owners), [$"{edge.AlicesDesktop} {edge.Alice.Id}"], TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(server.Directory.MapFile(MapNames.States), [$"{edge.AlicesDesktop} running"], TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(server.Directory.MapFile(MapNames.Routes), [$"{edge.AlicesDesktop} {Shared}:{port}"], TestContext.Current.CancellationToken);
        await server.StartAsync();
        await Waiting.UntilAsync(async () => await OpensAsync(server), "the screen opens");

        // The dead one was found out by its check: from now on every attempt succeeds.
        await Waiting.UntilAsync(async () => (await server.Runtime.AskAsync("show servers conn shared_desktops", default)).Contains("127.0.0.9", StringComparison.Ordinal), "both are known");
        await Waiting.UntilAsync(async () => await DeadAsync(server), "the dead one is down");
        using var socket = await DesktopSocket.ConnectAsync(server, edge.Key, edge.AlicesDesktop, edge.Alice);
        (await socket.ReadAsync()).ShouldBe("shared");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_load_balancer_in_front_says_who_it_is_and_nobody_else_can()
    {
        await using var behind = new HaproxyServer(edge.Api.Address, edge.Api.Address, ("CWS_ROUTER_FRONT", "127.0.0.0/8"));
        await behind.StartAsync();
        await using var elsewhere = new HaproxyServer(edge.Api.Address, edge.Api.Address, ("CWS_ROUTER_FRONT", "10.0.0.0/8"));
        await elsewhere.StartAsync();
        string[] claim = ["X-Forwarded-For: 192.0.2.1, 198.51.100.7"];

        var through = (await RawHttp.SendAsync(behind.Port, "/auth/sign-in", claim)).Echo;
        var past = (await RawHttp.SendAsync(elsewhere.Port, "/auth/sign-in", claim)).Echo;

        through.Headers["x-forwarded-for"].ShouldBe(["198.51.100.7"]);
        past.Headers["x-forwarded-for"].ShouldBe(["127.0.0.1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Browsers_are_told_to_stay_with_tls_also_where_something_in_front_ends_it()
    {
        await using var server = new HaproxyServer(edge.Api.Address, edge.Api.Address, ("CWS_PUBLIC_ORIGIN", "https://desktops.example.com"));
        await server.StartAsync();

        var answer = await RawHttp.SendAsync(server.Port, "/auth/sign-in", []);

        answer.Header("Strict-Transport-Security").ShouldBe("max-age=31536000");
        answer.Echo.Headers["x-forwarded-proto"].ShouldBe(["https"]);
    }

    private HaproxyServer Router(DnsService names, params IEnumerable<(string Name, string Value)> change)
    {
        var port = new Uri("http://" + edge.Api.Address).Port;
        return new HaproxyServer(
            $"api.cws.internal:{port}",
            $"console.cws.internal:{port}",
            [("CWS_ROUTER_RESOLVER", names.Address), ("CWS_PROXY_ADDR", $"{Shared}:8083"), .. change]);
    }

    private static async Task<int> StatusAsync(HaproxyServer server, string target) => (await RawHttp.SendAsync(server.Port, target, [])).Status;

    private async Task<bool> OpensAsync(HaproxyServer server)
    {
        try
        {
            using var socket = await DesktopSocket.ConnectAsync(server, edge.Key, edge.AlicesDesktop, edge.Alice);
            return true;
        }
        catch (System.Net.WebSockets.WebSocketException)
        {
            return false;
        }
    }

    private static async Task<bool> DeadAsync(HaproxyServer server) =>
        (await server.Runtime.AskAsync("show stat", default)).Split('\n').Any(line => line.StartsWith("shared_desktops,", StringComparison.Ordinal) && line.Contains(",DOWN,", StringComparison.Ordinal));
}
