using CloudWorkstation.Benchmarks.Tunnel.Load;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>
/// Bytes per second both ways, processor seconds per GB, round trips and memory per session of the desktop proxy, beside websockify and
/// HAProxy in TCP mode, each a process of its own between the same browsers and the same VNC server. Without a tunnel between them, browsers and server show
/// what of it is the benchmark itself. The tunnels take turns run by run, so that a change of the machine's mood meets all of them.
/// </summary>
internal static class TunnelBenchmark
{
    private static readonly int[] Sessions = [1, 50, 500];

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        using var signing = RsaKey.Create("bench");
        await using var api = await StubApi.StartAsync(signing);
        var poller = new Poller();
        using var server = new ScreenServer(poller);
        Func<Task<IRival>>[] rivals =
        [
            () => OurProxy.StartAsync(api, signing, server), () => Websockify.StartAsync(server), () => HaProxyTcp.StartAsync(server), () => NoTunnel.StartAsync(server),
        ];
        var results = new List<TunnelResult>();
        foreach (var count in Sessions)
        {
            results.AddRange(await MeasureAsync(rivals, (rival, effort) => new Measurement(rival, server, poller, effort, count), quick ? Effort.Quick : Effort.Full, cancellationToken));
        }

        return Summarise(results);
    }

    private static async Task<IEnumerable<TunnelResult>> MeasureAsync(
        IEnumerable<Func<Task<IRival>>> starts, Func<IRival, Effort, Measurement> measure, Effort effort, CancellationToken cancellationToken)
    {
        var rivals = new List<IRival>();
        try
        {
            foreach (var start in starts)
            {
                rivals.Add(await start());
            }

            var measurements = rivals.Select(rival => measure(rival, effort)).ToList();
            foreach (var measurement in measurements)
            {
                await measurement.PrepareAsync();
            }

            for (var run = 0; run < effort.Runs; run++)
            {
                foreach (var measurement in measurements)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await measurement.RunAsync();
                }
            }

            return measurements.Select(measurement => measurement.Result());
        }
        finally
        {
            foreach (var rival in rivals)
            {
                await rival.DisposeAsync();
            }
        }
    }

    private static Report Summarise(List<TunnelResult> results)
    {
        var (ours, websockify, haproxy) = (Find(results, OurProxy.Label, 50), Find(results, Websockify.Label, 50), Find(results, HaProxyTcp.Label, 50));
        var (many, manyWebsockify, manyBare) = (Find(results, OurProxy.Label, 500), Find(results, Websockify.Label, 500), Find(results, NoTunnel.Label, 500));
        return new Report(
            [
                new("CPU per GB to the browser, 50 sessions", ours.DownloadCpu, haproxy.DownloadCpu, HaProxyTcp.Label, "s", 1.0),
                new("bytes to the browser, 50 sessions", ours.DownloadMegabytes, websockify.DownloadMegabytes, Websockify.Label, "MB/s", 1.7, AtLeast: true),
                new("bytes to the desktop, 50 sessions", ours.UploadMegabytes, websockify.UploadMegabytes, Websockify.Label, "MB/s", 3.0, AtLeast: true),
                new("round trip p99, 500 sessions", many.P99, manyWebsockify.P99, Websockify.Label, "µs", 0.1),
            ],
            [
                new("memory per idle session, 500 sessions", many.IdleKilobytes, "KB", 40),
                new("round trip p99 without a tunnel, 500 sessions", manyBare.P99, "µs"),
            ],
            [new("Every number (medians)", TunnelResult.Columns, [.. results.Select(r => r.ToRow())])]);
    }

    private static TunnelResult Find(IEnumerable<TunnelResult> results, string name, int sessions) => results.Single(r => r.Name == name && r.Sessions == sessions);
}
