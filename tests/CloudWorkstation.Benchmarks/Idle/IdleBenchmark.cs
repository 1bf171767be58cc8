using System.Diagnostics;
using System.Globalization;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.Benchmarks.Idle;

/// <summary>
/// Every process of the stack at rest: no desktop, one person signed in with the console open. Rest begins when the start is over: for a minute the api reads
/// what the process before it may have written last, and methods that ran often are compiled again.
/// </summary>
internal static class IdleBenchmark
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        await using var product = await Product.StartAsync();
        await product.DownAsync();
        var again = Stopwatch.GetTimestamp();
        await product.UpAsync();
        var start = Stopwatch.GetElapsedTime(again);
        using var person = await product.AdminAsync();
        using var console = await person.EventsAsync();
        await Task.Delay(Settling, cancellationToken);

        var processes = product.ProcessesLeft().Select(process => process.Process).Append(product.Launch.Id).Distinct().ToList();
        var before = processes.ConvertAll(Sample.Of);
        var span = TimeSpan.FromSeconds(quick ? 30 : 120);
        await Task.Delay(span, cancellationToken);
        var found = processes.Select((process, index) => Resting.Between(Name(ProcessTable.CommandLine(process)), before[index], Sample.Of(process), span)).ToList();
        return new Report(
            [],
            [
                new Figure("memory of the whole stack, each shared page counted once", found.Sum(process => process.After.Proportional), "MB", 400),
                new Figure("the same with shared pages counted for every process again", found.Sum(process => process.After.Resident), "MB"),
                new Figure("of one core", found.Sum(process => process.Percent), "%", 1),
                new Figure("times a second that any thread wakes up", found.Sum(process => process.WakeUps), "/s"),
                new Figure("a second start, until everything answers", start.TotalSeconds, "s", 10),
            ],
            [new Table("By process", ["process", "MB", "resident", "% of a core", "wake-ups/s"], [.. found.Select(process => process.Row)])]);
    }

    private static string Name(string command) =>
        command.Split(' ').Select(Path.GetFileNameWithoutExtension).FirstOrDefault(part => part!.StartsWith("CloudWorkstation", StringComparison.Ordinal) || part == "haproxy") ?? command;

    private sealed record Resting(string Name, Sample After, double Percent, double WakeUps)
    {
        public IReadOnlyList<string> Row => [Name, Text("0", After.Proportional), Text("0", After.Resident), Text("0.00", Percent), Text("0.0", WakeUps)];

        public static Resting Between(string name, Sample before, Sample after, TimeSpan span) =>
            new(name, after, 100 * (after.Seconds - before.Seconds) / span.TotalSeconds, after.SwitchesSince(before) / span.TotalSeconds);

        private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
