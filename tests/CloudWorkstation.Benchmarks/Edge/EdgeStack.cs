using CloudWorkstation.Router.Tests.Support;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Benchmarks.Edge;

/// <summary>
/// Three HAProxies: the product's, with the configuration it ships; one that only passes on; and behind both, as the service, one that answers
/// every request with the same few bytes, since nothing is cheaper.
/// </summary>
internal sealed class EdgeStack : IAsyncDisposable
{
    private const int EdgeCore = 0;
    private const int OtherCore = 1;
    private readonly HaproxyServer _files;
    private readonly List<EdgeProcess> _processes = [];

    private EdgeStack(string service)
    {
        Service = service;
        _files = new HaproxyServer(service, service);
        _files.InstallKey("a", Key);
    }

    public RsaKey Key { get; } = RsaKey.Create("key-1");

    public string Service { get; }

    public EdgeProcess Ours { get; private set; } = null!;

    public EdgeProcess Bare { get; private set; } = null!;

    public static async Task<EdgeStack> StartAsync()
    {
        var stack = new EdgeStack($"127.0.0.1:{HaproxyServer.FreePort()}");
        var port = int.Parse(stack.Service.Split(':')[1]);
        await stack.RunAsync("service", port, OtherCore, $$"""
            frontend service
                bind {{stack.Service}}
                http-request return status 200 content-type application/octet-stream string "{\"id\":\"0123456789abcdef\",\"ok\":true}"
            """);
        var bare = HaproxyServer.FreePort();
        stack.Bare = await stack.RunAsync("bare", bare, EdgeCore, $$"""
            frontend edge
                bind 127.0.0.1:{{bare}}
                default_backend service
            backend service
                server service {{stack.Service}}
            """);
        stack.Ours = await stack.KeepAsync(EdgeProcess.StartAsync(HaproxyServer.Configuration, stack._files.Port, EdgeCore, new Dictionary<string, string>
        {
            ["CWS_ROUTER_DIR"] = stack._files.Directory.Root,
            ["CWS_ROUTER_BIND"] = $"127.0.0.1:{stack._files.Port}",
            ["CWS_API_ADDR"] = stack.Service,
            ["CWS_CONSOLE_ADDR"] = stack.Service,
            ["CWS_PUBLIC_ORIGIN"] = stack._files.Origin,
        }));
        return stack;
    }

    /// <summary>A request for the api with a session, as a browser sends it.</summary>
    public string WithToken(Person person) => $"GET /api/v1/me HTTP/1.1\r\nHost: {_files.Origin["http://".Length..]}\r\nCookie: cws_session={person.Token(Key)}\r\n\r\n";

    /// <summary>A request for the same api at an open address: every rule but those about tokens.</summary>
    public string WithoutToken() => $"GET /auth/open HTTP/1.1\r\nHost: {_files.Origin["http://".Length..]}\r\n\r\n";

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _files.DisposeAsync();
        Key.Dispose();
    }

    private async Task<EdgeProcess> RunAsync(string name, int port, int core, string body)
    {
        var file = Path.Combine(_files.Directory.Root, $"{name}.cfg");
        await File.WriteAllTextAsync(file, $"""
            global
                maxconn 9000
            defaults
                mode http
                option http-no-delay
                timeout client 2m
                timeout server 2m
                timeout connect 3s
                timeout http-keep-alive 60s
            {body}

            """);
        return await KeepAsync(EdgeProcess.StartAsync(file, port, core));
    }

    private async Task<EdgeProcess> KeepAsync(Task<EdgeProcess> starting)
    {
        var process = await starting;
        _processes.Add(process);
        return process;
    }
}
