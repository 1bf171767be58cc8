using System.Net;
using CloudWorkstation.DesktopProxy.Api;
using CloudWorkstation.DesktopProxy.Http;
using CloudWorkstation.DesktopProxy.Recording;
using CloudWorkstation.DesktopProxy.Sessions;
using CloudWorkstation.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>A whole proxy in this process, with its stub of the api, and the means to mint tokens for it.</summary>
public sealed class TestProxy : IAsyncDisposable
{
    public const string Origin = "http://127.0.0.1:8080";
    public const string DesktopId = "desktop00001";

    // Making keys is the slow part of a test; all tests share one pair of each kind.
    private static readonly RsaKey SigningKey = RsaKey.Create("key-1");
    internal static readonly RsaKey TargetKey = RsaKey.Create("desktop-proxy");
    private static int _connections;

    private readonly string _directory = Directory.CreateTempSubdirectory("cws-proxy-test-").FullName;
    private IHost? _host;

    public StubApi Api { get; private set; } = null!;

    public LogRecorder Logs { get; } = new();

    public IPEndPoint Address => _host!.Services.GetRequiredService<DesktopListener>().Address;

    internal SessionRegistry Sessions => _host!.Services.GetRequiredService<SessionRegistry>();

    internal static async Task<TestProxy> StartAsync(Func<ProxySettings, ProxySettings>? change = null, Action<StubApi>? prepare = null, RecordingLimits? recording = null)
    {
        var proxy = new TestProxy { Api = await StubApi.StartAsync() };
        proxy.Api.Keys[SigningKey.Kid] = SigningKey;
        proxy.Api.Routes[DesktopId] = "running";
        prepare?.Invoke(proxy.Api);
        await proxy.StartHostAsync(change ?? (s => s), recording);
        return proxy;
    }

    /// <summary>A token as the api would mint it; <paramref name="change"/> spoils it.</summary>
    public static string Token(DesktopTarget target, string? connection = null, Func<DesktopToken, DesktopToken>? change = null, RsaKey? key = null)
    {
        connection ??= "c" + Interlocked.Increment(ref _connections);
        var token = new DesktopToken(
            "account-1", "session-1", DesktopId, connection, Guid.NewGuid().ToString("N"), TargetCipher.Encrypt(target, TargetKey), DateTimeOffset.UtcNow.AddMinutes(1));
        return (change?.Invoke(token) ?? token).Sign(key ?? SigningKey);
    }

    /// <summary>Opens a desktop as a browser does, up to the 101.</summary>
    public async Task<RawBrowser> ConnectAsync(DesktopTarget target, string? connection = null) =>
        await RawBrowser.ConnectAsync(Address, Token(target, connection));

    internal Readiness Readiness => _host!.Services.GetRequiredService<Readiness>();

    public Task UntilReadyAsync() => Eventually.TrueAsync(() => Readiness.Problem is null);

    public async Task StopHostAsync() => await _host!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
        await Api.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartHostAsync(Func<ProxySettings, ProxySettings> change, RecordingLimits? recording)
    {
        var internalKey = Path.Combine(_directory, "internal.key");
        var proxyKey = Path.Combine(_directory, "desktop-proxy.pem");
        await File.WriteAllTextAsync(internalKey, StubApi.InternalKey + "\n");
        await File.WriteAllTextAsync(proxyKey, TargetKey.Rsa.ExportPkcs8PrivateKeyPem());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(Logs).SetMinimumLevel(LogLevel.Debug);
        if (recording is not null)
        {
            builder.Services.AddSingleton(recording);
        }

        builder.Services.AddDesktopProxy(change(new ProxySettings
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Api = new Uri(Api.Address),
            Origin = Origin,
            InternalKeyFile = internalKey,
            DesktopProxyKeyFile = proxyKey,
            ReportInterval = TimeSpan.FromMilliseconds(100),
            CloseTimeout = TimeSpan.FromSeconds(1),
        }));
        _host = builder.Build();
        await _host.StartAsync();
        if (Api.ProxyKey is null)
        {
            await UntilReadyAsync();
        }
    }
}
