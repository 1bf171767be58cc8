using System.Net.WebSockets;
using CloudWorkstation.Router.Feed;
using CloudWorkstation.Router.Health;
using CloudWorkstation.Router.Maps;
using CloudWorkstation.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>A whole router for one test: feed, HAProxy, a desktop proxy that echoes, and the agent in this process or its own.</summary>
internal sealed class RouterStack : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly string _keyFile;
    private WebApplication? _agent;
    private ChildProcess? _process;

    private RouterStack(FeedService feed, EchoService proxy, EchoService other)
    {
        (Feed, Proxy, Other) = (feed, proxy, other);
        Haproxy = new HaproxyServer(new Uri(feed.Address).Authority, other.Address);
        _keyFile = Path.Combine(Haproxy.Directory.Root, "internal.key");
        File.WriteAllText(_keyFile, FeedService.Key + "\n");
    }

    public FeedService Feed { get; }

    public EchoService Proxy { get; }

    /// <value>Another service; it stands in for the console too.</value>
    public EchoService Other { get; }

    public HaproxyServer Haproxy { get; }

    public RsaKey Key { get; } = RsaKey.Create("key-1");

    public Person Alice { get; } = new("acc-alice", "alice", "user");

    public AgentStatus Status => _agent!.Services.GetRequiredService<AgentStatus>();

    public static async Task<RouterStack> StartAsync(bool haproxy = true, bool agent = true)
    {
        var stack = new RouterStack(await FeedService.StartAsync(), await EchoService.StartAsync("proxy"), await EchoService.StartAsync("other"));
        stack.Feed.SetKeys(("a", stack.Key));
        if (haproxy)
        {
            await stack.Haproxy.StartAsync();
        }

        if (agent)
        {
            await stack.StartAgentAsync();
            await Waiting.UntilAsync(() => stack.Status.Current is { Synced: true, Fault: null }, "the agent is ready");
        }

        return stack;
    }

    public async Task StartAgentAsync(TimeSpan? silence = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var options = new FeedOptions { Api = Feed.Address, KeyFile = _keyFile, Silence = silence ?? TimeSpan.FromSeconds(60), SharedProxy = "proxy.cws.internal:8083" };
        builder.Services.AddRouterAgent(Haproxy.Directory, options);
        _agent = builder.Build();
        _agent.MapHealth();
        _parts.Add(_agent);
        await _agent.StartAsync();
    }

    public Uri AgentAddress => new(_agent!.Urls.First());

    /// <summary>The agent as a process, the way the launcher runs it.</summary>
    public ChildProcess StartAgentProcess()
    {
        var environment = new Dictionary<string, string>
        {
            ["CWS_API"] = Feed.Address,
            ["CWS_INTERNALKEYFILE"] = _keyFile,
            ["CWS_ROUTER__DIRECTORY"] = Haproxy.Directory.Root,
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
        };
        _process = new ChildProcess("dotnet", [Path.Combine(AppContext.BaseDirectory, "CloudWorkstation.Router.dll")], environment);
        _parts.Add(_process);
        return _process;
    }

    /// <summary>Announces a running desktop of Alice and waits until its screen opens.</summary>
    public async Task<string> AddDesktopAsync(string desktop)
    {
        Feed.Route(desktop, Alice.Id, Proxy.Address);
        await RoutedAsync(desktop);
        return desktop;
    }

    public Task RoutedAsync(string desktop, string? to = null) => Waiting.UntilAsync(
        async () => (await Haproxy.MapAsync(MapNames.Routes)).GetValueOrDefault(desktop) == (to ?? Proxy.Address),
        $"{desktop} is routed");

    public Task<ClientWebSocket> ConnectAsync(string desktop, Person? person = null) => DesktopSocket.ConnectAsync(Haproxy, Key, desktop, person ?? Alice);

    /// <summary>The status of a page of the console for a session token.</summary>
    public async Task<int> VisitAsync(string target, string token) =>
        (await RawHttp.SendAsync(Haproxy.Port, target, ["Accept: text/html", $"Cookie: cws_session={token}"])).Status;

    public Dictionary<string, string> FileOf(string map) => MapFile.Parse(File.ReadLines(Haproxy.Directory.MapFile(map))).ToDictionary(e => e.Key, e => e.Value);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        await Haproxy.DisposeAsync();
        await Feed.DisposeAsync();
        await Proxy.DisposeAsync();
        await Other.DisposeAsync();
        Key.Dispose();
    }
}
