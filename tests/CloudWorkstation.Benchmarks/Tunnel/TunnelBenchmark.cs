using CloudWorkstation.Tokens;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>
/// Bytes per second both ways, processor seconds per GB, round trips and memory per session of the desktop proxy, beside websockify and
/// HAProxy in TCP mode, each a process of its own between the same browser and the same VNC server.
/// </summary>
internal static class TunnelBenchmark
{
    private static readonly int[] Sessions = [1, 50, 500];

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        // The browsers and the VNC server share this process; as in the proxy, no thread hops between a socket and who waits for it.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        using var signing = RsaKey.Create("bench");
        await using var api = await StubApi.StartAsync(signing);
        using var server = new ScreenServer();
        Func<Task<IRival>>[] rivals =
        [
            () => OurProxy.StartAsync(api, signing, server), () => Websockify.StartAsync(server), () => HaProxyTcp.StartAsync(server),
        ];
        var results = new List<TunnelResult>();
        foreach (var count in Sessions)
        {
            foreach (var start in rivals)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await using var rival = await start();
                results.Add(await new Measurement(rival, server, quick ? Effort.Quick : Effort.Full).RunAsync(count));
            }
        }

        return Summarise(results);
    }

    private static Report Summarise(List<TunnelResult> results)
    {
        var (ours, websockify, haproxy) = (Find(results, OurProxy.Label, 50), Find(results, Websockify.Label, 50), Find(results, HaProxyTcp.Label, 50));
        var (many, manyWebsockify) = (Find(results, OurProxy.Label, 500), Find(results, Websockify.Label, 500));
        return new Report(
            [
                new("CPU per GB to the browser, 50 sessions", ours.DownloadCpu, haproxy.DownloadCpu, HaProxyTcp.Label, "s", 1.0),
                new("bytes to the browser, 50 sessions", ours.DownloadMegabytes, websockify.DownloadMegabytes, Websockify.Label, "MB/s", 1.7, AtLeast: true),
                new("bytes to the desktop, 50 sessions", ours.UploadMegabytes, websockify.UploadMegabytes, Websockify.Label, "MB/s", 3.0, AtLeast: true),
                new("round trip p99, 500 sessions", many.P99, manyWebsockify.P99, Websockify.Label, "µs", 0.1),
            ],
            [new("memory per idle session, 500 sessions", many.IdleKilobytes, "KB", 40)],
            [new("Every number (medians)", TunnelResult.Columns, [.. results.Select(r => r.ToRow())])]);
    }

    private static TunnelResult Find(IEnumerable<TunnelResult> results, string name, int sessions) => results.Single(r => r.Name == name && r.Sessions == sessions);
}
