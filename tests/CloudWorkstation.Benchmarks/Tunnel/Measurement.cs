using System.Diagnostics;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>How long and how often to measure.</summary>
internal sealed record Effort(int Runs, TimeSpan Warmup, TimeSpan Window, TimeSpan EchoWindow, TimeSpan Settle)
{
    public static readonly Effort Full = new(3, TimeSpan.FromSeconds(0.7), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2));
    public static readonly Effort Quick = new(1, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5));
}

/// <summary>Measures one tunnel: idle memory first, then what moves.</summary>
internal sealed class Measurement(IRival rival, ScreenServer server, Effort effort)
{
    private const int WarmupSessions = 50;

    // Twenty round trips per second and session: somebody who types while moving the pointer.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    public async Task<TunnelResult> RunAsync(int count)
    {
        // Everything once first, so that what a process loads or compiles once is not counted as memory of a session.
        await MeasureThroughputAsync(WarmupSessions, LoadKind.Download);
        await MeasureThroughputAsync(WarmupSessions, LoadKind.Upload);
        await Task.Delay(effort.Settle);
        var idle = await MeasureIdleAsync(count);
        var echo = await RepeatAsync(() => MeasureEchoAsync(count));
        var download = await RepeatAsync(() => MeasureThroughputAsync(count, LoadKind.Download));
        var upload = await RepeatAsync(() => MeasureThroughputAsync(count, LoadKind.Upload));
        return new TunnelResult(
            rival.Name, count, Median(download, d => d.Rate), Median(download, d => d.Cpu), Median(upload, u => u.Rate), Median(upload, u => u.Cpu),
            Median(echo, e => e.P50), Median(echo, e => e.P99), Median(echo, e => e.Cpu), idle);
    }

    private async Task<double> MeasureIdleAsync(int count)
    {
        var before = rival.Meter.MemoryKilobytes();
        var sessions = await OpenAsync(count);
        await Task.Delay(effort.Settle);
        var after = rival.Meter.MemoryKilobytes();
        Close(sessions);
        return (after - before) / count;
    }

    private async Task<(double Rate, double Cpu)> MeasureThroughputAsync(int count, LoadKind kind)
    {
        var sessions = await OpenAsync(count);
        var loads = new List<Task>();
        foreach (var session in sessions)
        {
            await session.BeginAsync(kind);
            loads.Add(Task.Run(kind == LoadKind.Download ? session.DownloadAsync : session.UploadAsync));
        }

        await Task.Delay(effort.Warmup);
        var (bytes, cpu, watch) = (Moved(), rival.Meter.CpuSeconds(), Stopwatch.StartNew());
        await Task.Delay(effort.Window);
        var (moved, used, seconds) = (Moved() - bytes, rival.Meter.CpuSeconds() - cpu, watch.Elapsed.TotalSeconds);
        Close(sessions);
        await Task.WhenAll(loads);
        return (moved / seconds / 1e6, used / (moved / 1e9));

        long Moved() => kind == LoadKind.Download ? sessions.Sum(s => s.Received) : server.Swallowed;
    }

    private async Task<(double P50, double P99, double Cpu)> MeasureEchoAsync(int count)
    {
        var sessions = await OpenAsync(count);
        foreach (var session in sessions)
        {
            await session.BeginAsync(LoadKind.Echo);
        }

        var cpu = rival.Meter.CpuSeconds();
        var times = sessions.Select(_ => new List<double>(256)).ToArray();
        var until = Stopwatch.GetTimestamp() + (long)(effort.EchoWindow.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(sessions.Select((s, i) => s.EchoAsync(Pace, Pace * ((double)i / count), until, times[i])));
        var trip = (rival.Meter.CpuSeconds() - cpu) / times.Sum(t => t.Count) * 1e6;
        Close(sessions);

        // The first round trip of each session pays for waking it up in every process.
        var all = times.SelectMany(t => t.Skip(1)).Order().ToArray();
        return (all[all.Length / 2], all[(int)(all.Length * 0.99)], trip);
    }

    private async Task<List<LoadSession>> OpenAsync(int count)
    {
        // Sixteen at a time: websockify needs a fork for each.
        var sessions = new List<LoadSession>(count);
        while (sessions.Count < count)
        {
            sessions.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(16, count - sessions.Count)).Select(_ => LoadSession.OpenAsync(rival))));
        }

        return sessions;
    }

    private async Task<List<T>> RepeatAsync<T>(Func<Task<T>> measure)
    {
        var runs = new List<T>();
        for (var run = 0; run < effort.Runs; run++)
        {
            runs.Add(await measure());
        }

        return runs;
    }

    private static void Close(List<LoadSession> sessions) => sessions.ForEach(s => s.Dispose());

    private static double Median<T>(List<T> runs, Func<T, double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);
}
