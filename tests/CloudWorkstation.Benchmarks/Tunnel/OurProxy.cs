using System.Globalization;
using CloudWorkstation.Benchmarks.Tunnel.Load;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>Our proxy: its built assembly in a process of its own, with real tokens and a stub of the api.</summary>
internal sealed class OurProxy(StubApi api, RsaKey signing, RsaKey target, int server, string engine) : ProcessRival(OurProxy.Label, FreePort())
{
    public const string Label = "desktop proxy";

    private const string Rfb = "vnc";
    private const string Guacamole = "guacamole";
    private const string Origin = "http://127.0.0.1:8080";
    private readonly string _directory = Directory.CreateTempSubdirectory("cws-bench-").FullName;
    private readonly Lock _signing = new();
    private int _connections;

    public static Task<IRival> StartAsync(StubApi api, RsaKey signing, ScreenServer server) => StartAsync(api, signing, server.Port, Rfb);

    /// <summary>With its other engine, in front of a guacd.</summary>
    public static Task<IRival> StartGuacamoleAsync(StubApi api, RsaKey signing, int guacd) => StartAsync(api, signing, guacd, Guacamole);

    public override string UpgradeRequest()
    {
        const string Desktop = "benchdesktop";
        var number = Interlocked.Increment(ref _connections);
        var connection = string.Create(CultureInfo.InvariantCulture, $"c{number}");

        // Two sessions of the same screen would share guacd's connection.
        var port = engine == Rfb ? server : 1 + (number % ushort.MaxValue);
        string token;
        lock (_signing)
        {
            var enc = TargetCipher.Encrypt(new DesktopTarget("127.0.0.1", port, "vnc", "unused"), target);
            token = new DesktopToken("a", "s", Desktop, connection, connection, enc, DateTimeOffset.UtcNow.AddMinutes(1)).Sign(signing);
        }

        return Upgrade($"/desktop/{Desktop}/{engine}", $"Origin: {Origin}\r\nCookie: {TokenNames.DesktopCookie}={token}\r\n", engine == Rfb ? "binary" : Guacamole);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        target.Dispose();
    }

    private static async Task<IRival> StartAsync(StubApi api, RsaKey signing, int server, string engine)
    {
        var rival = new OurProxy(api, signing, RsaKey.Create("desktop-proxy"), server, engine);
        await rival.StartAsync();
        return rival;
    }

    private async Task StartAsync()
    {
        var (keyFile, pemFile) = (Path.Combine(_directory, "internal.key"), Path.Combine(_directory, "desktop-proxy.pem"));
        await File.WriteAllTextAsync(keyFile, "bench");
        await File.WriteAllTextAsync(pemFile, target.Rsa.ExportPkcs8PrivateKeyPem());
        await StartAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "CloudWorkstation.DesktopProxy.dll")], new(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"),
            ["CWS_API"] = api.Address,
            ["CWS_PUBLICURL"] = Origin,
            ["CWS_GUACD"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server}"),
            ["CWS_INTERNALKEYFILE"] = keyFile,
            ["CWS_DESKTOPPROXYKEYFILE"] = pemFile,
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["Logging__LogLevel__Default"] = "Warning",
        });
        await UntilReadyAsync();
    }

    /// <summary>It listens before it has the api's keys.</summary>
    private async Task UntilReadyAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/health/ready"));
        while (true)
        {
            using var answer = await http.GetAsync(address);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(50);
        }
    }
}
