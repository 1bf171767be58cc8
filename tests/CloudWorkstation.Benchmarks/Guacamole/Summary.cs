using System.Globalization;
using CloudWorkstation.Benchmarks.Guacamole.Load;
using CloudWorkstation.Benchmarks.Tunnel;

namespace CloudWorkstation.Benchmarks.Guacamole;

/// <summary>Medians, beside the goals and the rivals.</summary>
internal static class Summary
{
    private const string Tomcat = "Tomcat (published)";
    private const double TomcatMegabytes = 278;
    private const double TomcatCpu = 6.6;
    private const double TomcatCores = 0.46;
    private const double TomcatMemory = 333;
    private const double TomcatP99 = 1.36;

    public static Report Of(GuacamoleNumbers ours, GuacamoleNumbers lite, GuacamoleNumbers bare, Idle pinged, SoakResult soak)
    {
        var (fifty, p99) = (Median(ours.Fifty, b => b.Megabytes), Median(ours.Echoes, e => e.P99) / 1000);
        var (cpu, paced) = (Median(ours.Fifty, b => b.CpuPerInstruction), (Cores: Median(ours.Desktops, d => d.Cores), Megabytes: Median(ours.Desktops, d => d.Megabytes)));
        return new Report(
            [
                new("bytes to the page, 1 session", Median(ours.One, b => b.Megabytes), Median(lite.One, b => b.Megabytes), GuacamoleLite.Label, "MB/s", 15, AtLeast: true),
                new("bytes to the page, 50 sessions", fifty, TomcatMegabytes, Tomcat, "MB/s"),
                new("CPU per instruction, 50 sessions", cpu, TomcatCpu, Tomcat, "µs"),
                new("CPU per instruction, 1 session", Median(ours.One, b => b.CpuPerInstruction), Median(lite.One, b => b.CpuPerInstruction), GuacamoleLite.Label, "µs"),
                new("50 desktops at 1.5 MB/s, cores", paced.Cores, TomcatCores, Tomcat, "cores"),
                new("50 desktops at 1.5 MB/s, memory", paced.Megabytes, TomcatMemory, Tomcat, "MB"),
                new("round trip p99, 500 sessions", p99, TomcatP99, Tomcat, "ms"),
                new("round trip p99, 500 sessions", p99, Median(lite.Echoes, e => e.P99) / 1000, GuacamoleLite.Label, "ms"),
                new("round trip p99, 500 sessions", p99, Median(bare.Echoes, e => e.P99) / 1000, NoTunnel.Label, "ms"),
                new("accepted reconnect to the next frame, p50", Statistics.Median(ours.Reconnects), Statistics.Median(lite.Reconnects), GuacamoleLite.Label, "ms"),
                new("grown while 20 pages never read", ours.NeverRead[0], lite.NeverRead[0], GuacamoleLite.Label, "MB"),
            ],
            [
                new("bytes to the page, 50 sessions", fifty, "MB/s", AtLeast: 1_200),
                new("CPU per instruction, 50 sessions", cpu, "µs", 1.2),
                new("cores for 50 desktops at 1.5 MB/s", paced.Cores, "", 0.15),
                new("memory with 50 desktops at 1.5 MB/s", paced.Megabytes, "MB", 90),
                new("round trip p99, 500 sessions", p99, "ms", 0.4),
                new("held by 20 pages that never read", ours.NeverRead[0], "MB", 20),
                new("of a core for 2,000 idle sessions", ours.Idle!.CpuPercent, "%", 2),
                new("memory of an idle session, of 2,000", ours.Idle.KilobytesEach, "KB", 40),
                new("of a core for 2,000 idle sessions whose pages ping twice a second", pinged.CpuPercent, "%"),
                new("allocated per instruction in steady state", ours.AllocatedPerInstruction, "B", 0.5),
                new("accepted reconnect to the next frame, p99", Statistics.Percentile(ours.Reconnects, 0.99), "ms"),
                new($"sessions of {soak.Sessions:N0} in the soak ({soak.Gigabytes:0.#} GB, every byte compared) with anything lost, changed or out of turn", soak.Problems.Count, "", 0),
            ],
            [Numbers(ours, lite, bare), Stream(), new("What the soak found wrong", ["session"], [.. soak.Problems.Take(10).Select(problem => (string[])[problem])])]);
    }

    private static Table Numbers(GuacamoleNumbers ours, GuacamoleNumbers lite, GuacamoleNumbers bare) => new(
        "Every number (medians)",
        ["tunnel", "1: MB/s", "µs/instr.", "50: MB/s", "µs/instr.", "desktops: cores", "MB", "500: p50 µs", "p99 µs", "CPU µs/trip", "reconnect ms"],
        [
            [
                OurProxy.Label, Text(ours.One, b => b.Megabytes), Text(ours.One, b => b.CpuPerInstruction, "0.00"), Text(ours.Fifty, b => b.Megabytes),
                Text(ours.Fifty, b => b.CpuPerInstruction, "0.00"), Text(ours.Desktops, d => d.Cores, "0.000"), Text(ours.Desktops, d => d.Megabytes),
                .. Trips(ours),
            ],
            [GuacamoleLite.Label, Text(lite.One, b => b.Megabytes), Text(lite.One, b => b.CpuPerInstruction, "0.00"), "stalls", "-", "-", "-", .. Trips(lite)],
            [NoTunnel.Label, "-", "-", "-", "-", "-", "-", Text(bare.Echoes, e => e.P50), Text(bare.Echoes, e => e.P99), "-", "-"],
            [Tomcat, "-", "-", "278", "6.60", "0.460", "333", "-", "1360", "-", "-"],
        ]);

    private static string[] Trips(GuacamoleNumbers numbers) =>
    [
        Text(numbers.Echoes, e => e.P50), Text(numbers.Echoes, e => e.P99), Text(numbers.Echoes, e => e.CpuPerTrip), Statistics.Median(numbers.Reconnects).ToString("0.0", CultureInfo.InvariantCulture),
    ];

    private static Table Stream() => new(
        "The stream",
        ["bytes an instruction", "mean", "median", "p90"],
        [["here", Whole(RecordedStream.Instance.MeanBytes), Whole(RecordedStream.Instance.Percentile(0.5)), Whole(RecordedStream.Instance.Percentile(0.9))], ["of a real one", "1263", "44", "6349"]]);

    private static double Median<T>(IEnumerable<T> runs, Func<T, double> value) => Statistics.Median(runs.Select(value));

    private static string Text<T>(IEnumerable<T> runs, Func<T, double> value, string format = "0") => Median(runs, value).ToString(format, CultureInfo.InvariantCulture);

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
