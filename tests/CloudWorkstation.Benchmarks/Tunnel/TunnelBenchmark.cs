using System.Diagnostics;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>
/// <c>tunnel</c>: bytes per second both ways, CPU seconds per GB, round trips and memory per session of the desktop proxy, beside
/// websockify and HAProxy in TCP mode, all between the same browser and the same VNC server. <c>--quick</c> measures each once and briefly.
/// </summary>
public static class TunnelBenchmark
{
    private static readonly int[] Sessions = [1, 50, 500];

    public static async Task<int> RunAsync(string[] args)
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        var effort = args.Contains("--quick", StringComparer.Ordinal) ? Effort.Quick : Effort.Full;
        using var signing = RsaKey.Create("bench");
        await using var api = await StubApi.StartAsync(signing);
        using var server = new ScreenServer();
        Func<Task<IRival>>[] rivals =
        [
            () => OurProxy.StartAsync(api, signing, server), () => Websockify.StartAsync(server), () => HaProxyTcp.StartAsync(server),
        ];
        var results = new List<TunnelResult>();
        var watch = Stopwatch.StartNew();
        foreach (var count in Sessions)
        {
            foreach (var start in rivals)
            {
                await using var rival = await start();
                results.Add(await new Measurement(rival, server, effort).RunAsync(count));
                await Console.Error.WriteLineAsync($"{watch.Elapsed.TotalSeconds,5:0} s  {results[^1].Name}, {count} sessions: done");
            }
        }

        await Console.Out.WriteLineAsync(TunnelTable.Write(results));
        return 0;
    }
}
