using System.Globalization;
using CloudWorkstation.Harness;
using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.Benchmarks.Idle;

/// <summary>Every process of the stack at rest: no desktop, one person signed in with the console open.</summary>
internal static class IdleBenchmark
{
    private const double TicksPerSecond = 100;

    public static async Task<Report> MeasureAsync(bool quick, CancellationToken cancellationToken)
    {
        await using var product = await Product.StartAsync();
        using var person = await product.AdminAsync();
        using var console = await person.EventsAsync();
        await Task.Delay(TimeSpan.FromSeconds(quick ? 10 : 30), cancellationToken);

        var processes = product.ProcessesLeft().Select(process => process.Process).Append(product.Launch.Id).Distinct().ToList();
        var before = processes.ToDictionary(process => process, Ticks);
        var span = TimeSpan.FromSeconds(quick ? 15 : 60);
        await Task.Delay(span, cancellationToken);
        var found = processes.Select(process => new Resting(
            Name(ProcessTable.CommandLine(process)), Megabytes(process), 100 * (Ticks(process) - before[process]) / TicksPerSecond / span.TotalSeconds)).ToList();
        return new Report(
            [],
            [
                new Figure("memory of the whole stack (each shared page counted once)", found.Sum(process => process.Megabytes), "MB", 400),
                new Figure("of one core", found.Sum(process => process.Percent), "%", 1),
            ],
            [new Table("By process", ["process", "MB", "% of a core"], [.. found.Select(process => process.Row)])]);
    }

    /// <summary>Proportional set size: a page shared by n processes counts 1/n for each.</summary>
    private static double Megabytes(int process) => File.ReadLines($"/proc/{process}/smaps_rollup")
        .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .FirstOrDefault();

    private static double Ticks(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static string Name(string command) =>
        command.Split(' ').Select(Path.GetFileNameWithoutExtension).FirstOrDefault(part => part!.StartsWith("CloudWorkstation", StringComparison.Ordinal) || part == "haproxy") ?? command;

    private sealed record Resting(string Name, double Megabytes, double Percent)
    {
        public IReadOnlyList<string> Row => [Name, Megabytes.ToString("0", CultureInfo.InvariantCulture), Percent.ToString("0.00", CultureInfo.InvariantCulture)];
    }
}
