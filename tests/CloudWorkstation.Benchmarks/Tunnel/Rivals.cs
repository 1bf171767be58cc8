using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>A tunnel in a process of its own.</summary>
internal interface IRival : IAsyncDisposable
{
    string Name { get; }

    int Port { get; }

    bool IsWebSocket { get; }

    double CpuSeconds();

    double MemoryKilobytes();

    string UpgradeRequest();
}

/// <summary>A rival that is started by a command line and listens on a port.</summary>
internal abstract class ProcessRival(string name, int port) : IRival
{
    private Process? _process;

    public string Name => name;

    public int Port => port;

    public virtual bool IsWebSocket => true;

    private ProcessMeter Meter => new(_process!.Id);

    public double CpuSeconds() => Meter.CpuSeconds();

    public double MemoryKilobytes() => Meter.MemoryKilobytes();

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public virtual string UpgradeRequest() => Upgrade("/", "");

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    protected static string Upgrade(string path, string headers, string protocol = "binary") =>
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {protocol}\r\n{headers}\r\n";

    protected async Task StartAsync(string file, IEnumerable<string> arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment ?? [])
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start.");
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilListeningAsync(_process);
    }

    private async Task WaitUntilListeningAsync(Process process)
    {
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                await Task.Delay(300);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException($"{name} does not listen on port {port}.");
    }
}

/// <summary>Browsers connected to the VNC server, or guacd, itself: what the benchmark and the kernel take.</summary>
internal sealed class NoTunnel(int port) : IRival
{
    public const string Label = "no tunnel";

    public string Name => Label;

    public int Port => port;

    public bool IsWebSocket => false;

    public static Task<IRival> StartAsync(ScreenServer server) => Task.FromResult<IRival>(new NoTunnel(server.Port));

    public double CpuSeconds() => 0;

    public double MemoryKilobytes() => 0;

    public string UpgradeRequest() => "";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Debian's websockify: Python, one process per session.</summary>
internal sealed class Websockify() : ProcessRival(Websockify.Label, FreePort())
{
    public const string Label = "websockify";

    public static async Task<IRival> StartAsync(ScreenServer server)
    {
        var rival = new Websockify();
        await rival.StartAsync("websockify", [Invariant($"127.0.0.1:{rival.Port}"), Invariant($"127.0.0.1:{server.Port}")]);
        return rival;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>HAProxy as a plain TCP proxy: no WebSocket, no RFB, the limit of what a user-space tunnel can reach here.</summary>
internal sealed class HaProxyTcp() : ProcessRival(HaProxyTcp.Label, FreePort())
{
    public const string Label = "HAProxy TCP";

    private readonly string _file = Path.GetTempFileName();

    public override bool IsWebSocket => false;

    public static async Task<IRival> StartAsync(ScreenServer server)
    {
        var rival = new HaProxyTcp();
        await File.WriteAllTextAsync(rival._file, string.Create(CultureInfo.InvariantCulture, $"""
            global
                maxconn 4096
            defaults
                mode tcp
                timeout connect 5s
                timeout client 1h
                timeout server 1h
            listen tunnel
                bind 127.0.0.1:{rival.Port}
                server screen 127.0.0.1:{server.Port}

            """));
        await rival.StartAsync("haproxy", ["-db", "-q", "-f", rival._file]);
        return rival;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_file);
    }
}
