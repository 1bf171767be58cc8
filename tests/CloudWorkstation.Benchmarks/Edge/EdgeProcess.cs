using System.Diagnostics;
using CloudWorkstation.Benchmarks.Tunnel;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Benchmarks.Edge;

/// <summary>One HAProxy whose log goes nowhere, on one core where there are two: what loads it has the other.</summary>
internal sealed class EdgeProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EdgeProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <value>Of the process and its workers, so far.</value>
    public double CpuSeconds => new ProcessMeter(_process.Id).CpuSeconds();

    /// <param name="configuration">The file.</param>
    /// <param name="port">Where it will listen.</param>
    /// <param name="core">Its core.</param>
    /// <param name="environment">What the file asks for.</param>
    public static async Task<EdgeProcess> StartAsync(string configuration, int port, int core, IReadOnlyDictionary<string, string>? environment = null)
    {
        var pinned = Environment.ProcessorCount > 1 ? $"taskset -c {core} " : "";
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {pinned}haproxy -f \"$0\" > /dev/null 2>&1", configuration]) { UseShellExecute = false };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new EdgeProcess(Process.Start(start)!, port);
        await Waiting.UntilAsync(
            () => process._process.HasExited ? throw new InvalidOperationException($"HAProxy did not start with {configuration}.") : Listens(port), "HAProxy listens");
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static bool Listens(int port)
    {
        try
        {
            using var probe = new System.Net.Sockets.TcpClient("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
