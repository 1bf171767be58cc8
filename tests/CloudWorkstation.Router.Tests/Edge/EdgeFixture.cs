using System.Net.WebSockets;
using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Edge;
using CloudWorkstation.Router.Tests.Support;
using CloudWorkstation.Tokens;

[assembly: AssemblyFixture(typeof(EdgeFixture))]

namespace CloudWorkstation.Router.Tests.Edge;

/// <summary>One HAProxy without an agent, its maps written by hand; shared by all tests of the configuration.</summary>
public sealed class EdgeFixture : IAsyncLifetime
{
    private EchoService _api = null!;
    private EchoService _console = null!;
    private EchoService _proxy = null!;

    internal HaproxyServer Server { get; private set; } = null!;

    internal EchoService Api => _api;

    internal RsaKey Key { get; } = RsaKey.Create("key-1");

    internal RsaKey NextKey { get; } = RsaKey.Create("key-2");

    internal RsaKey Stranger { get; } = RsaKey.Create("key-9");

    internal Person Alice { get; } = new("acc-alice", "alice", "user");

    internal Person Bob { get; } = new("acc-bob", "bob", "user");

    internal Person Root { get; } = new("acc-root", "root", "user", "admin");

    internal string AlicesDesktop { get; } = "alicedesk001";

    internal string AlicesOther { get; } = "alicedesk002";

    internal string StoppedDesktop { get; } = "alicestopped";

    internal string DeletingDesktop { get; } = "alicedeleted";

    internal string NoDesktop { get; } = "nosuchdesk01";

    public async ValueTask InitializeAsync()
    {
        _api = await EchoService.StartAsync("api");
        _console = await EchoService.StartAsync("console");
        _proxy = await EchoService.StartAsync("proxy");
        Server = new HaproxyServer(_api.Address, _console.Address);
        Server.InstallKey("a", Key);
        Server.InstallKey("b", NextKey);
        var desktops = new[] { (AlicesDesktop, "running"), (AlicesOther, "running"), (StoppedDesktop, "stopped"), (DeletingDesktop, "deleting") };
        Write(MapNames.Owners, desktops.Select(d => $"{d.Item1} {Alice.Id}"));
        Write(MapNames.States, desktops.Select(d => $"{d.Item1} {d.Item2}"));
        Write(MapNames.Routes, desktops.Where(d => string.Equals(d.Item2, "running", StringComparison.Ordinal)).Select(d => $"{d.Item1} {_proxy.Address}"));
        await Server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _api.DisposeAsync();
        await _console.DisposeAsync();
        await _proxy.DisposeAsync();
        Key.Dispose();
        NextKey.Dispose();
        Stranger.Dispose();
    }

    internal Task<Answer> GetAsync(string target, params IEnumerable<string> headers) => RawHttp.SendAsync(Server.Port, target, headers);

    /// <summary>A page navigation, with a session cookie if there is a token.</summary>
    internal Task<Answer> NavigateAsync(string target, string? token = null, params IEnumerable<string> headers) =>
        RawHttp.SendAsync(Server.Port, target, [Accept.Html, .. Cookie(token), .. headers]);

    /// <summary>The handshake of a desktop's WebSocket, as an answer.</summary>
    internal Task<Answer> UpgradeAsync(string desktop, string? session, string? ticket, params IEnumerable<string> headers) => UpgradeAtAsync("vnc", desktop, session, ticket, headers);

    /// <summary>The same at an engine's path, with its query.</summary>
    internal Task<Answer> UpgradeAtAsync(string engine, string desktop, string? session, string? ticket, params IEnumerable<string> headers) => RawHttp.SendAsync(
        Server.Port,
        $"/desktop/{desktop}/{engine}",
        [
            $"Origin: {Server.Origin}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            .. Cookie(session),
            .. ticket is null ? Array.Empty<string>() : [$"Cookie: cws_desktop={ticket}"],
            .. headers,
        ]);

    internal async Task<ClientWebSocket> ConnectAsync(string desktop, Person person) => await DesktopSocket.ConnectAsync(Server, Key, desktop, person);

    internal static IEnumerable<string> Cookie(string? token) => token is null ? [] : [$"Cookie: cws_session={token}"];

    private void Write(string map, IEnumerable<string> lines) => File.WriteAllLines(Server.Directory.MapFile(map), lines);
}

internal static class Accept
{
    public const string Html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";
    public const string Json = "Accept: application/json";
}
