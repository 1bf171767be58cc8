using System.Diagnostics;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>How long and how often to measure.</summary>
internal sealed record Effort(int Runs, TimeSpan Warmup, TimeSpan Window, TimeSpan EchoWindow, TimeSpan Settle)
{
    public static readonly Effort Full = new(5, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
    public static readonly Effort Quick = new(1, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5));
}

/// <summary>What one run of one tunnel found.</summary>
internal sealed record Echoes(double P50, double P99, double CpuPerTrip);

internal sealed record Throughput(double Megabytes, double CpuPerGigabyte);

/// <summary>Measures one tunnel with one number of sessions.</summary>
internal sealed class Measurement(IRival rival, ScreenServer server, Poller poller, Effort effort, int count)
{
    private const int WarmupSessions = 50;

    private readonly List<Echoes> _echoes = [];
    private readonly List<Throughput> _downloads = [];
    private readonly List<Throughput> _uploads = [];
    private double _idle;

    /// <summary>Everything once first, so that what a process loads or compiles once is not counted as memory of a session.</summary>
    public async Task PrepareAsync()
    {
        await MeasureThroughputAsync(WarmupSessions, LoadKind.Download);
        await MeasureThroughputAsync(WarmupSessions, LoadKind.Upload);
        await Task.Delay(effort.Settle);
        var before = rival.MemoryKilobytes();
        var sessions = await Opening.OpenAsync(rival, poller, count);
        await Task.Delay(effort.Settle);
        _idle = (rival.MemoryKilobytes() - before) / count;
        await CloseAsync(sessions);
    }

    /// <summary>One run of everything that moves.</summary>
    public async Task RunAsync()
    {
        _echoes.Add(await MeasureEchoAsync());
        _downloads.Add(await MeasureThroughputAsync(count, LoadKind.Download));
        _uploads.Add(await MeasureThroughputAsync(count, LoadKind.Upload));
    }

    public TunnelResult Result() => new(
        rival.Name, count,
        Median(_downloads.Select(d => d.Megabytes)), Median(_downloads.Select(d => d.CpuPerGigabyte)),
        Median(_uploads.Select(u => u.Megabytes)), Median(_uploads.Select(u => u.CpuPerGigabyte)),
        Median(_echoes.Select(e => e.P50)), Median(_echoes.Select(e => e.P99)), Median(_echoes.Select(e => e.CpuPerTrip)), _idle);

    private async Task<Throughput> MeasureThroughputAsync(int sessionCount, LoadKind kind)
    {
        var sessions = await Opening.OpenAsync(rival, poller, sessionCount);
        await poller.RunAsync(() => sessions.ForEach(s => s.Begin(kind, poller)));
        await Task.Delay(effort.Warmup);
        var (bytes, cpu, watch) = (Moved(), rival.CpuSeconds(), Stopwatch.StartNew());
        await Task.Delay(effort.Window);
        var (moved, used, seconds) = (Moved() - bytes, rival.CpuSeconds() - cpu, watch.Elapsed.TotalSeconds);
        await CloseAsync(sessions);
        return new Throughput(moved / seconds / 1e6, used / (moved / 1e9));

        long Moved() => kind == LoadKind.Download ? sessions.Sum(s => s.Received) : server.Swallowed;
    }

    private async Task<Echoes> MeasureEchoAsync()
    {
        var sessions = await Opening.OpenAsync(rival, poller, count);
        await poller.RunAsync(() => sessions.ForEach(s => s.Begin(LoadKind.Echo, poller)));
        var cpu = rival.CpuSeconds();
        poller.Keep(new EchoPace(sessions));
        await Task.Delay(effort.EchoWindow);
        poller.Keep(null);
        var used = rival.CpuSeconds() - cpu;
        await CloseAsync(sessions);

        // The first round trip of each session pays for waking it up in every process.
        var all = sessions.SelectMany(s => s.Trips.Skip(1)).ToList();
        return new Echoes(Median(all), Statistics.Percentile(all, 0.99), used / sessions.Sum(s => s.Trips.Count) * 1e6);
    }

    private async Task CloseAsync(List<LoadSession> sessions)
    {
        var lost = sessions.Where(s => s.Failure is not null).ToList();
        await poller.RunAsync(() => sessions.ForEach(s => s.Dispose()));
        if (lost.Count > 0)
        {
            throw new InvalidOperationException($"{rival.Name} lost {lost.Count} of {sessions.Count} sessions: {lost[0].Failure}");
        }
    }

    private static double Median(IEnumerable<double> values) => Statistics.Median(values);
}
