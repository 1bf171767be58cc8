using System.Globalization;

namespace CloudWorkstation.Benchmarks.Idle;

/// <summary>What <c>/proc</c> says of one process at one moment.</summary>
/// <param name="Seconds">Processor time since its start.</param>
/// <param name="Switches">
/// How often each of its threads went to sleep of its own accord, which is how often it woke up: the cause of what rest costs, and the same on a busy machine.
/// </param>
/// <param name="Proportional">MB; a page shared by n processes counts 1/n for each.</param>
/// <param name="Resident">MB; shared pages count in full.</param>
internal sealed record Sample(double Seconds, IReadOnlyDictionary<string, long> Switches, double Proportional, double Resident)
{
    private const double TicksPerSecond = 100;

    public static Sample Of(int process)
    {
        var memory = $"/proc/{process}/smaps_rollup";
        return new Sample(Ticks(process) / TicksPerSecond, SwitchesOf(process), Field(memory, "Pss:") / 1024.0, Field(memory, "Rss:") / 1024.0);
    }

    /// <summary>Wake-ups since <paramref name="before"/> of the threads that still live.</summary>
    public long SwitchesSince(Sample before) => Switches.Sum(thread => thread.Value - before.Switches.GetValueOrDefault(thread.Key));

    private static Dictionary<string, long> SwitchesOf(int process) =>
        Directory.EnumerateDirectories($"/proc/{process}/task").ToDictionary(thread => thread, thread => Field($"{thread}/status", "voluntary_ctxt_switches:"), StringComparer.Ordinal);

    private static long Ticks(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static long Field(string file, string name)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[name.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // A thread that ended meanwhile.
            return 0;
        }
    }
}
