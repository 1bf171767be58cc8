using System.Globalization;
using CloudWorkstation.Worker.Tests.Fleet;
using CloudWorkstation.Worker.Tests.Parts;

namespace CloudWorkstation.Benchmarks.Fleet;

/// <summary>
/// An api and two workers, clustered on PostgreSQL, over a store of thousands of desktops. Terraform is replaced by a script that sleeps, so
/// what is measured is what the product adds: how long an operation waits for a free slot, how full the slots are, and what is lost when
/// workers are killed.
/// </summary>
internal static class FleetBenchmark
{
    private const int Slots = 8;
    private const int Workers = 2;
    private static readonly TimeSpan Apply = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(10);

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        var (stored, queued, alone) = quick ? (1_000, 48, 5) : (10_000, 200, 20);
        using var terraform = new SleepingTerraform(Apply);
        await using var cluster = await Cluster.StartAsync(workers: Workers, settings: FleetSettings.Of(terraform, Slots));
        await FleetStore.FillAsync(Path.Combine(cluster.Data.Root, "cloudworkstation.db"), stored, terraform.Port, cancellationToken);
        using var person = await cluster.AdminAsync();
        var run = new FleetRun(cluster, person, Apply, Slots);
        await run.MeasureAsync(Workers * Slots);
        List<FleetResult> single = [];
        for (var i = 0; i < alone; i++)
            single.Add(await run.MeasureAsync(1));
        var busy = await run.MeasureAsync(queued);
        terraform.Forget();
        var killed = await run.MeasureAsync(queued, BetweenKills);
        return new Report([.. Ratios(busy, killed)], [.. Figures(single, busy, killed, terraform)], [Waits(single, busy, killed)]);
    }

    private static IEnumerable<Ratio> Ratios(FleetResult busy, FleetResult killed)
    {
        var slots = (Slots * Workers).ToString(CultureInfo.InvariantCulture);
        yield return Throughput("operations a minute", busy, slots, 0.8);
        yield return Throughput("operations a minute, one worker killed every 10 s", killed, slots, null);
        yield return new Ratio("wait of the slowest 5 %", Percentile(busy, 0.95), Wait(busy, 0.95), $"the same with {slots} slots that lose no time", "s", 1.3);
    }

    private static Ratio Throughput(string what, FleetResult result, string slots, double? goal) => new(
        what, result.Operations.Count / result.Makespan.TotalMinutes, result.Operations.Count / result.Bound.TotalMinutes, $"bound of {slots} slots", "/min", goal, AtLeast: true);

    /// <summary>In the n-th lap an operation waits for the laps before it.</summary>
    private static double Wait(FleetResult result, double share) =>
        Statistics.Percentile(Enumerable.Range(0, result.Operations.Count).Select(i => i / (Slots * Workers) * Apply.TotalSeconds), share);

    private static IEnumerable<Figure> Figures(List<FleetResult> single, FleetResult busy, FleetResult killed, SleepingTerraform terraform)
    {
        yield return new Figure("from queued to taken up on an idle fleet, median", Statistics.Median(single.Select(r => r.Operations[0].Wait.TotalMilliseconds)), "ms", 1_000);
        yield return new Figure("workers killed", killed.Kills, "");
        yield return new Figure("operations lost", killed.Operations.Count(o => o.State != "succeeded"), "", 0);
        yield return new Figure("runs of one desktop at the same time", terraform.Twice, "", 0);
        yield return new Figure("operations taken up again because their worker died", killed.Operations.Count(o => o.Attempts > 1), "");
        yield return new Figure("applies that an operation saw at most", terraform.Runs().GroupBy(r => r.Desktop).Max(g => g.Count()), "");
        yield return new Figure("processor time of a worker for one operation, without Terraform", busy.WorkerCpu.TotalMilliseconds / busy.Operations.Count, "ms");
    }

    private static Table Waits(List<FleetResult> single, FleetResult busy, FleetResult killed)
    {
        var alone = new FleetResult([.. single.SelectMany(r => r.Operations)], TimeSpan.Zero, TimeSpan.Zero, 0, TimeSpan.Zero);
        return new Table(
            "From queued to taken up, seconds",
            ["load", "p50", "p95", "longest"],
            [Row("one operation at a time", alone), Row($"{busy.Operations.Count} at once", busy), Row($"{killed.Operations.Count} at once, workers killed", killed)]);
    }

    private static IReadOnlyList<string> Row(string what, FleetResult result) => [what, .. new[] { 0.5, 0.95, 1 }.Select(share => Percentile(result, share).ToString("0.00", CultureInfo.InvariantCulture))];

    private static double Percentile(FleetResult result, double share) => Statistics.Percentile(result.Operations.Select(o => o.Wait.TotalSeconds), share);
}
