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

        var processes = product.ProcessesLeft().Select(process => (process.Name, process.Process)).Append(("launcher", product.Launch.Id)).ToList();
        var before = processes.Sum(process => Ticks(process.Item2));
        var span = TimeSpan.FromSeconds(quick ? 15 : 60);
        await Task.Delay(span, cancellationToken);
        var busy = (processes.Sum(process => Ticks(process.Item2)) - before) / TicksPerSecond / span.TotalSeconds;
        var memory = processes.Select(process => (process.Item1, Command: ProcessTable.CommandLine(process.Item2), Megabytes: Megabytes(process.Item2))).ToList();
        return new Report(
            [],
            [
                new Figure("memory of the whole stack (each shared page counted once)", memory.Sum(process => process.Megabytes), "MB", 400),
                new Figure("of one core", busy * 100, "%", 1),
            ],
            [new Table("By process", ["process", "MB"], [.. memory.Select(process => (IReadOnlyList<string>)[Name(process.Command), process.Megabytes.ToString("0", CultureInfo.InvariantCulture)])])]);
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
}
