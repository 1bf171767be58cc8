using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Router.Haproxy;
using CloudWorkstation.Router.Keys;
using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>A real HAProxy with the product's configuration, in a directory of its own, as the launcher starts it.</summary>
internal sealed class HaproxyServer : IAsyncDisposable
{
    public static readonly string Configuration = Path.Combine(AppContext.BaseDirectory, "haproxy", "haproxy.cfg");

    private readonly Dictionary<string, string> _environment;
    private ChildProcess? _process;

    /// <param name="api">Address of the api.</param>
    /// <param name="console">Address of the console.</param>
    /// <param name="change">Another value for a variable of the environment.</param>
    public HaproxyServer(string api, string console, params IEnumerable<(string Name, string Value)> change)
    {
        Directory = new RouterDirectory(System.IO.Directory.CreateTempSubdirectory("cws-r").FullName);
        Preparation.Run(Directory, Path.Combine(AppContext.BaseDirectory, "haproxy", "errors"));
        Runtime = new HaproxySocket(Directory.RuntimeSocket, TimeProvider.System);
        Port = FreePort();
        _environment = new(StringComparer.Ordinal)
        {
            ["CWS_ROUTER_DIR"] = Directory.Root,
            ["CWS_ROUTER_BIND"] = $"127.0.0.1:{Port}",
            ["CWS_API_ADDR"] = api,
            ["CWS_CONSOLE_ADDR"] = console,
            ["CWS_PUBLIC_ORIGIN"] = Origin,
        };
        foreach (var (name, value) in change)
        {
            _environment[name] = value.Replace("{port}", Port.ToString(), StringComparison.Ordinal).Replace("{dir}", Directory.Root, StringComparison.Ordinal);
        }
    }

    public RouterDirectory Directory { get; }

    public HaproxySocket Runtime { get; }

    public int Port { get; }

    public string Origin => $"http://127.0.0.1:{Port}";

    public string Log => _process!.Output;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts with the product's configuration, or with another file.</summary>
    public async Task StartAsync(string? configuration = null)
    {
        _process = new ChildProcess(
            "haproxy",
            ["-W", "-S", $"{Directory.MasterSocket},mode,600,level,admin", "-f", configuration ?? Configuration],
            _environment);
        await Waiting.UntilAsync(
            async () => _process.HasExited
                ? throw new InvalidOperationException("HAProxy did not start: " + _process.Output)
                : await HaproxyWorker.FindAsync(Runtime, default) is not null,
            "HAProxy answers");
    }

    /// <summary><c>haproxy -c</c>: the exit code and what it said.</summary>
    public async Task<(int Code, string Output)> CheckAsync()
    {
        using var check = System.Diagnostics.Process.Start(Start("-c", "-f", Configuration))!;
        var output = await check.StandardError.ReadToEndAsync() + await check.StandardOutput.ReadToEndAsync();
        await check.WaitForExitAsync();
        return (check.ExitCode, output);
    }

    public Task KillAsync() => _process!.KillAsync();

    public async Task<int> WorkerAsync() => (await HaproxyWorker.FindAsync(Runtime, default))?.Pid ?? 0;

    /// <summary>The entries that HAProxy has in memory.</summary>
    public async Task<Dictionary<string, string>> MapAsync(string map)
    {
        var reply = await Runtime.AskAsync($"show map {MapNames.Reference(map)}", default);
        return MapFile.Parse(reply.Split('\n').Where(l => l.Length > 0).Select(l => l[(l.IndexOf(' ', StringComparison.Ordinal) + 1)..]))
            .ToDictionary(e => e.Key, e => e.Value);
    }

    /// <summary>Puts a key in a slot by hand, before the start.</summary>
    public void InstallKey(string slot, Tokens.RsaKey key)
    {
        File.WriteAllText(Directory.KeyFile(slot), key.PublicPem());
        File.AppendAllText(Directory.MapFile(MapNames.Kid), $"{key.Kid} {KeySlots.Reference(slot)}\n");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        System.IO.Directory.Delete(Directory.Root, recursive: true);
    }

    private System.Diagnostics.ProcessStartInfo Start(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("haproxy", arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
