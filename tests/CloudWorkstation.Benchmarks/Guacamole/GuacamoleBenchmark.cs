using CloudWorkstation.Benchmarks.Guacamole.Load;
using CloudWorkstation.Benchmarks.Tunnel;
using CloudWorkstation.Benchmarks.Tunnel.Load;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Benchmarks.Guacamole;

/// <summary>
/// The desktop proxy's Guacamole engine beside guacamole-lite, between the same pages and the same guacd; Tomcat with guacamole-common as published figures, measured with a recorded stream on
/// two cores of another day. The tunnels take turns run by run.
/// </summary>
internal sealed class GuacamoleBenchmark : IDisposable
{
    private const int Reconnects = 100;
    private const int Trips = 500;

    // As long as it takes until everybody has reported once.
    private static readonly TimeSpan IdleWindow = TimeSpan.FromSeconds(20);

    private readonly RsaKey _signing = RsaKey.Create("bench");
    private readonly Poller _poller = new();
    private readonly GuacdServer _guacd;
    private readonly bool _quick;
    private readonly Effort _effort;

    private GuacamoleBenchmark(bool quick)
    {
        (_guacd, _quick) = (new GuacdServer(_poller), quick);
        _effort = quick ? Effort.Quick : Effort.Full;
    }

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        using var benchmark = new GuacamoleBenchmark(quick);
        return await benchmark.MeasureAsync(cancellationToken);
    }

    public void Dispose()
    {
        _guacd.Dispose();
        _signing.Dispose();
    }

    private async Task<Report> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var api = await StubApi.StartAsync(_signing);
        GuacamoleNumbers ours, lite, bare;
        Idle pinged;
        SoakResult soak;
        await using (var proxy = await OurProxy.StartGuacamoleAsync(api, _signing, _guacd.Port))
        await using (var rival = await GuacamoleLite.StartAsync(_guacd.Port))
        {
            (ours, lite, bare) = (new GuacamoleNumbers(), new GuacamoleNumbers(), new GuacamoleNumbers());
            for (var run = 0; run < _effort.Runs; run++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await MeasureBothAsync(Of(proxy), ours);
                await MeasureBothAsync(Of(rival), lite);
                await MeasureOursAsync(Of(proxy), ours);
                bare.Echoes.AddRange(await Of(new NoTunnel(_guacd.Port)).EchoAsync(Trips));
            }
        }

        // What grows without end, and what counts pages of memory, gets a process of its own.
        await using (var proxy = await OurProxy.StartGuacamoleAsync(api, _signing, _guacd.Port))
        {
            ours.AllocatedPerInstruction = await Of(proxy).AllocatedPerInstructionAsync(50);
            ours.NeverRead.Add(await Of(proxy).NeverReadAsync(20, _effort.Settle * 3));
            ours.Idle = await Of(proxy).IdleAsync(2_000, pings: false, IdleWindow);
            pinged = await Of(proxy).IdleAsync(2_000, pings: true, IdleWindow);
            soak = await Soak.RunAsync(proxy, _poller, _quick ? TimeSpan.FromSeconds(20) : TimeSpan.FromMinutes(10), cancellationToken);
        }

        await using (var rival = await GuacamoleLite.StartAsync(_guacd.Port))
        {
            lite.NeverRead.Add(await Of(rival).NeverReadAsync(20, _effort.Settle * 3));
        }

        return Summary.Of(ours, lite, bare, pinged, soak);
    }

    private Trial Of(IRival rival) => new(rival, _guacd, _poller, _effort);

    private static async Task MeasureBothAsync(Trial trial, GuacamoleNumbers numbers)
    {
        numbers.One.Add(await trial.FloodAsync(1));
        numbers.Echoes.AddRange(await trial.EchoAsync(Trips));
        numbers.Reconnects.AddRange(await trial.ReconnectsAsync(Reconnects));
    }

    private static async Task MeasureOursAsync(Trial trial, GuacamoleNumbers numbers)
    {
        numbers.Fifty.Add(await trial.FloodAsync(50));
        numbers.Desktops.Add(await trial.DesktopsAsync(50));
    }
}

/// <summary>What was measured of one tunnel, run by run.</summary>
internal sealed class GuacamoleNumbers
{
    public List<Bulk> One { get; } = [];

    public List<Bulk> Fifty { get; } = [];

    public List<Paced> Desktops { get; } = [];

    public List<Echoes> Echoes { get; } = [];

    public List<double> Reconnects { get; } = [];

    public List<double> NeverRead { get; } = [];

    public double AllocatedPerInstruction { get; set; }

    public Idle? Idle { get; set; }
}
