using System.Diagnostics;
using System.Globalization;
using CloudWorkstation.Benchmarks.Guacamole.Load;
using CloudWorkstation.Benchmarks.Tunnel;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole;

internal sealed record Bulk(double Megabytes, double CpuPerInstruction, double AllocatedPerInstruction);

internal sealed record Paced(double Cores, double Megabytes);

internal sealed record Idle(double CpuPercent, double KilobytesEach);

/// <summary>What is measured of one tunnel, one thing at a time.</summary>
internal sealed class Trial(IRival rival, GuacdServer guacd, Poller poller, Effort effort)
{
    private const int FrameBytes = 50_000;
    private const int EchoWindows = 3;
    private const int FramesPerSecond = 30;
    private static readonly TimeSpan NopTurn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeginningIsOver = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan PingTurn = TimeSpan.FromMilliseconds(500);

    /// <summary>Instructions as fast as they go.</summary>
    public Task<Bulk> FloodAsync(int count) => FloodAsync(count, effort.Warmup, effort.Window);

    /// <summary>The same for so long that pools have grown to what they need: what is allocated then is allocated by messages.</summary>
    public async Task<double> AllocatedPerInstructionAsync(int count) => (await FloodAsync(count, effort.Window * 3, effort.Window * 10)).AllocatedPerInstruction;

    private async Task<Bulk> FloodAsync(int count, TimeSpan warmup, TimeSpan window)
    {
        var sessions = await BeginAsync(count, Work.Flood);
        await Task.Delay(warmup);
        var (bytes, allocated, cpu, watch) = (Received(sessions), await AllocatedAsync(), rival.CpuSeconds(), Stopwatch.StartNew());
        await Task.Delay(window);
        var (moved, used, seconds) = (Received(sessions) - bytes, rival.CpuSeconds() - cpu, watch.Elapsed.TotalSeconds);
        var garbage = await AllocatedAsync() - allocated;
        await CloseAsync(sessions);
        var instructions = moved / RecordedStream.Instance.MeanBytes;
        return new Bulk(moved / seconds / 1e6, used / instructions * 1e6, garbage / instructions);
    }

    /// <summary>So many desktops on which something moves all the time: 1.5 MB/s in 30 frames, each of which the page acknowledges.</summary>
    public async Task<Paced> DesktopsAsync(int count)
    {
        var sessions = await BeginAsync(count, Work.Frames);
        var turn = TimeSpan.FromSeconds(1) / FramesPerSecond;
        var peers = await PeersAsync(count, Work.Frames);
        poller.Keep(new Paces(new Turns(count, turn, i => peers[i].SendFrame(FrameBytes)), new Turns(count, turn, i => sessions[i].SaySync())));
        await Task.Delay(effort.Warmup);
        var (cpu, bytes, watch) = (rival.CpuSeconds(), Received(sessions), Stopwatch.StartNew());
        await Task.Delay(effort.Window * 2);
        var (cores, rate) = ((rival.CpuSeconds() - cpu) / watch.Elapsed.TotalSeconds, (Received(sessions) - bytes) / watch.Elapsed.TotalSeconds);
        var memory = rival.MemoryKilobytes() / 1000;
        poller.Keep(null);
        await CloseAsync(sessions);

        // On a machine that cannot keep up, what it costs per byte still tells what it would cost.
        var wanted = count * (double)FrameBytes * FramesPerSecond;
        return new Paced(cores * wanted / rate, memory);
    }

    /// <summary>Round trips of sessions that have been open for a while: what is said of their beginning is said. Some windows, each by itself.</summary>
    public async Task<IReadOnlyList<Echoes>> EchoAsync(int count)
    {
        var sessions = await BeginAsync(count, Work.Echo);
        await Task.Delay(BeginningIsOver);
        var windows = new List<Echoes>();
        for (var i = 0; i < EchoWindows; i++)
        {
            await poller.RunAsync(() => sessions.ForEach(session => session.Trips.Clear()));
            var cpu = rival.CpuSeconds();
            poller.Keep(new Turns(count, EchoPace.Turn, turn => sessions[turn].BeginTrip()));
            await Task.Delay(effort.EchoWindow);
            poller.Keep(null);
            var used = rival.CpuSeconds() - cpu;

            // The first of each session pays for waking it up in every process.
            var trips = sessions.SelectMany(s => s.Trips.Skip(1)).ToList();
            windows.Add(new Echoes(Statistics.Median(trips), Statistics.Percentile(trips, 0.99), used / sessions.Sum(s => s.Trips.Count) * 1e6));
        }

        await CloseAsync(sessions);
        return windows;
    }

    /// <summary>Megabytes that the tunnel grows by while nobody reads what is flooded.</summary>
    public async Task<double> NeverReadAsync(int count, TimeSpan time)
    {
        var before = rival.MemoryKilobytes();
        var sessions = await GuacamoleSession.OpenAsync(rival, count);
        sessions.ForEach(session => session.Begin(new Order(Work.Flood)));
        await Task.Delay(time);
        var grown = rival.MemoryKilobytes() - before;
        sessions.ForEach(session => session.Dispose());
        return grown / 1000;
    }

    /// <summary>Sessions in which nothing happens but guacd's and the tunnel's own signs of life; with the page's pings too if asked for.</summary>
    public async Task<Idle> IdleAsync(int count, bool pings, TimeSpan time)
    {
        var before = rival.MemoryKilobytes();
        var sessions = await GuacamoleSession.OpenAsync(rival, count);
        sessions.ForEach(session => session.Attend(poller));
        var peers = await PeersAsync(count, work: null);
        var nops = new Turns(count, NopTurn, i => peers[i].SayNop());
        poller.Keep(pings ? new Paces(nops, new Turns(count, PingTurn, i => sessions[i].SayPing())) : nops);

        // What a session says of its beginning is said by then.
        await Task.Delay(effort.Settle + (NopTurn * 3));
        var each = (rival.MemoryKilobytes() - before) / count;
        var (cpu, watch) = (rival.CpuSeconds(), Stopwatch.StartNew());
        await Task.Delay(time);
        var used = (rival.CpuSeconds() - cpu) / watch.Elapsed.TotalSeconds;
        poller.Keep(null);
        await CloseAsync(sessions);
        return new Idle(used * 100, each);
    }

    /// <summary>Milliseconds from an accepted upgrade to the first frame, one page after another, each after the one before was cut off.</summary>
    public async Task<List<double>> ReconnectsAsync(int count)
    {
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            using var session = (await GuacamoleSession.OpenAsync(rival, 1))[0];
            session.Socket.LingerState = new System.Net.Sockets.LingerOption(enable: true, 0);
            times.Add(session.FirstFrame);
        }

        return times;
    }

    private async Task<List<GuacamoleSession>> BeginAsync(int count, Work work)
    {
        var sessions = await GuacamoleSession.OpenAsync(rival, count);
        await poller.RunAsync(() => sessions.ForEach(session =>
        {
            session.Begin(new Order(work));
            session.Attend(poller);
        }));
        return sessions;
    }

    private async Task<IReadOnlyList<GuacdPeer>> PeersAsync(int count, Work? work)
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            var peers = guacd.Peers.Where(peer => peer.Work == work).ToList();
            if (peers.Count >= count)
            {
                return peers;
            }

            if (deadline.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException($"{rival.Name} has {peers.Count} of {count} connections to guacd.");
            }

            await Task.Delay(20);
        }
    }

    private static long Received(List<GuacamoleSession> sessions) => sessions.Sum(s => s.Received);

    /// <summary>The proxy's own counter; nothing of a rival.</summary>
    private async Task<double> AllocatedAsync()
    {
        if (rival.Name != OurProxy.Label)
        {
            return 0;
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var metrics = await http.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{rival.Port}/metrics")));
        return double.Parse(metrics.Split('\n').Single(line => line.StartsWith("dotnet_gc_allocated_bytes_total ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private async Task CloseAsync(List<GuacamoleSession> sessions)
    {
        var lost = sessions.Where(s => s.Failure is not null).ToList();
        await poller.RunAsync(() => sessions.ForEach(s => s.Dispose()));
        if (lost.Count > 0)
        {
            throw new InvalidOperationException($"{rival.Name} lost {lost.Count} of {sessions.Count} sessions: {lost[0].Failure}");
        }
    }
}
