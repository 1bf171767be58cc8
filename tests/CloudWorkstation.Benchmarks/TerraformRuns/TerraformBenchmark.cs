using System.Diagnostics;
using System.Globalization;
using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Aws;
using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Benchmarks.TerraformRuns;

/// <summary>
/// One desktop of <c>aws-vnc</c>, with a proxy of its own, against moto: our runner beside plain Terraform on the same template and state, and
/// beside a module that has everything of its own. Runs alternate, so that a busy machine slows all down; the processor time hardly cares.
/// </summary>
internal static class TerraformBenchmark
{
    private const string Plain = "terraform init + apply";

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        await using var account = await Account.OpenAsync(cancellationToken);
        await using var services = Services();
        OurWay ours = new(services.GetRequiredService<ITerraformRunner>());
        PlainWay plain = new(Account.Template, ours: true), full = new(Account.FullModule, ours: false);
        var cold = await OnceAsync(ours, account, cancellationToken);

        List<Cost> our = [], their = [], theirFull = [];
        for (var run = 0; run < (quick ? 2 : 4); run++)
        {
            our.Add(await OnceAsync(ours, account, cancellationToken));
            their.Add(await OnceAsync(plain, account, cancellationToken));
            theirFull.Add(await OnceAsync(full, account, cancellationToken));
        }

        var power = await PowerAsync(account, ours, plain, services.GetRequiredService<IMachinePower>(), quick ? 1 : 3, cancellationToken);
        var fleet = await FleetAsync(account, ours, plain, quick ? [1, 4, 8] : [1, 2, 4, 8], quick ? 1 : 2, cancellationToken);
        var most = fleet[^1];
        return new Report(
            [
                new Ratio("create, time", Wall(our), Wall(their), Plain, "s", 0.8),
                new Ratio("create, processor time", Cpu(our), Cpu(their), Plain, "s", 0.5),
                new Ratio("create, time", Wall(our), Wall(theirFull), "full module", "s", 0.45),
                new Ratio("create, processor time", Cpu(our), Cpu(theirFull), "full module", "s"),
                new Ratio("stop, finished", power.OurStop, power.PlainStop, "terraform apply", "s", 0.5),
                new Ratio("start, finished", power.OurStart, power.PlainStart, "terraform apply", "s", 0.5),
                new Ratio($"desktops a minute, {most.Lanes} at once", most.Ours.PerMinute, most.Plain.PerMinute, Plain, "", 1.8, AtLeast: true),
            ],
            [
                new Figure("until EC2 has acknowledged a stop", power.StopAcknowledged, "s", 2),
                new Figure("until EC2 has acknowledged a start", power.StartAcknowledged, "s", 2),
                new Figure("the very first create: provider hashed and started", cold.Wall, "s"),
                new Figure("processor time of the very first create", cold.Cpu, "s"),
            ],
            [Table(fleet)]);
    }

    private static ServiceProvider Services()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Terraform:Mirror"] = TerraformMirror.Directory }).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddTerraform().AddAws().BuildServiceProvider();
    }

    private static async Task<Cost> OnceAsync(IWay way, Account account, CancellationToken cancellationToken)
    {
        var desktop = account.Next();
        var cpu = Meter.CpuSeconds();
        var begun = Stopwatch.GetTimestamp();
        await way.ApplyAsync(desktop, on: true, cancellationToken);
        return new(Stopwatch.GetElapsedTime(begun).TotalSeconds, Meter.CpuSeconds() - cpu);
    }

    /// <summary>Ours: EC2 is asked at once and waited for, then Terraform makes the rest so; theirs: Terraform does it all.</summary>
    private static async Task<PowerCost> PowerAsync(Account account, OurWay ours, PlainWay plain, IMachinePower power, int runs, CancellationToken cancellationToken)
    {
        DesktopInAccount our = account.Next(), their = account.Next();
        await ours.ApplyAsync(our, on: true, cancellationToken);
        await plain.ApplyAsync(their, on: true, cancellationToken);
        CloudWorkstation.Manager.Desktops.Machine machine = new("aws", account.Region, await InstanceAsync(our, cancellationToken), null, null);
        Dictionary<bool, List<(double Acknowledged, double Ours, double Theirs)>> found = new() { [false] = [], [true] = [] };
        for (var run = 0; run < runs; run++)
        {
            foreach (var on in (bool[])[false, true])
            {
                Acknowledgement journal = new();
                var begun = Stopwatch.GetTimestamp();
                await power.ChangeAsync(machine, on ? Power.On : Power.Off, journal, cancellationToken);
                await ours.ApplyAsync(our, on, cancellationToken);
                var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                begun = Stopwatch.GetTimestamp();
                await plain.ApplyAsync(their, on, cancellationToken);
                found[on].Add((journal.After?.TotalSeconds ?? double.NaN, took, Stopwatch.GetElapsedTime(begun).TotalSeconds));
            }
        }

        return new(
            Statistics.Median(found[false].Select(run => run.Acknowledged)), Statistics.Median(found[true].Select(run => run.Acknowledged)),
            Statistics.Median(found[false].Select(run => run.Ours)), Statistics.Median(found[false].Select(run => run.Theirs)),
            Statistics.Median(found[true].Select(run => run.Ours)), Statistics.Median(found[true].Select(run => run.Theirs)));
    }

    private static async Task<List<FleetCost>> FleetAsync(Account account, OurWay ours, PlainWay plain, int[] lanes, int each, CancellationToken cancellationToken)
    {
        List<FleetCost> found = [];
        foreach (var count in lanes)
        {
            // The providers of as many lanes are warm, as they are in a worker that has been busy before.
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ => ours.ApplyAsync(account.Next(), on: true, cancellationToken)));
            found.Add(new(count, await LanesAsync(ours, account, count, each, cancellationToken), await LanesAsync(plain, account, count, each, cancellationToken)));
        }

        return found;
    }

    private static async Task<LaneCost> LanesAsync(IWay way, Account account, int count, int each, CancellationToken cancellationToken)
    {
        using CancellationTokenSource done = new();
        var memory = Task.Run(() => PeakAsync(done.Token), cancellationToken);
        var cpu = Meter.CpuSeconds();
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            for (var i = 0; i < each; i++)
                await way.ApplyAsync(account.Next(), on: true, cancellationToken);
        }));
        var wall = Stopwatch.GetElapsedTime(begun);
        cpu = Meter.CpuSeconds() - cpu;
        await done.CancelAsync();
        return new(count * each / wall.TotalMinutes, cpu / (count * each), await memory);
    }

    private static async Task<double> PeakAsync(CancellationToken done)
    {
        var peak = 0.0;
        while (!done.IsCancellationRequested)
        {
            peak = Math.Max(peak, Meter.Megabytes());
            await Task.Delay(TimeSpan.FromSeconds(1), done).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        return peak;
    }

    private static async Task<string> InstanceAsync(DesktopInAccount desktop, CancellationToken cancellationToken)
    {
        using Amazon.S3.AmazonS3Client s3 = new(new Amazon.S3.AmazonS3Config { ServiceURL = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"), AuthenticationRegion = desktop.Account.Region, ForcePathStyle = true });
        var backend = desktop.Account.Backend(desktop.Id);
        using var answer = await s3.GetObjectAsync(backend["bucket"]!.GetValue<string>(), backend["key"]!.GetValue<string>(), cancellationToken);
        var state = await System.Text.Json.Nodes.JsonNode.ParseAsync(answer.ResponseStream, cancellationToken: cancellationToken);
        return state!["outputs"]!["machine"]!["value"]!["instance"]!.GetValue<string>();
    }

    private static double Wall(List<Cost> costs) => Statistics.Median(costs.Select(cost => cost.Wall));

    private static double Cpu(List<Cost> costs) => Statistics.Median(costs.Select(cost => cost.Cpu));

    private static Table Table(List<FleetCost> fleet) => new(
        "Desktops at once",
        ["", "ours a minute", "plain", "ratio", "ours CPU s each", "plain", "ours MB", "plain"],
        [.. fleet.Select(cost => (IReadOnlyList<string>)[
            Text(cost.Lanes, "0"), Text(cost.Ours.PerMinute, "0.0"), Text(cost.Plain.PerMinute, "0.0"), Text(cost.Ours.PerMinute / cost.Plain.PerMinute, "0.00"),
            Text(cost.Ours.Cpu, "0.0"), Text(cost.Plain.Cpu, "0.0"), Text(cost.Ours.Megabytes, "0"), Text(cost.Plain.Megabytes, "0")])]);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed record Cost(double Wall, double Cpu);

    private sealed record LaneCost(double PerMinute, double Cpu, double Megabytes);

    private sealed record FleetCost(int Lanes, LaneCost Ours, LaneCost Plain);

    private sealed record PowerCost(double StopAcknowledged, double StartAcknowledged, double OurStop, double PlainStop, double OurStart, double PlainStart);

    /// <summary>Hears when EC2 has said yes.</summary>
    private sealed class Acknowledgement : IJournal
    {
        private readonly long begun = Stopwatch.GetTimestamp();

        public TimeSpan? After { get; private set; }

        public DateTimeOffset? StartedAt => null;

        public void Step(string name, string phrase)
        {
        }

        public void Log(string level, string text) => After ??= Stopwatch.GetElapsedTime(begun);
    }
}
