using System.Globalization;

namespace CloudWorkstation.Benchmarks.Tunnel;

/// <summary>Processor time and memory of a process and all its descendants, from <c>/proc</c>: websockify forks one process per session.</summary>
internal sealed class ProcessMeter(int pid)
{
    private const double NanosecondsOfTick = 1e7;

    /// <summary>
    /// Seconds of processor time so far. The scheduler's own nanoseconds, by thread: <c>stat</c> counts hundredths, and five hundred processes that each use a little
    /// would all count as nothing. Only <c>stat</c> knows what threads used that have ended.
    /// </summary>
    public double CpuSeconds() => Tree().Sum(NanosecondsOf) / 1e9;

    /// <summary>Proportional set size: pages that forked processes share are counted once.</summary>
    public double MemoryKilobytes() => Tree().Sum(PssOf);

    private List<int> Tree()
    {
        var found = new List<int> { pid };
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(ChildrenOf(found[i]));
        }

        return found;
    }

    private static IEnumerable<int> ChildrenOf(int parent) =>
        Read($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture));

    private static double NanosecondsOf(int process) => Math.Max(OfLivingThreads(process), OfAllThreads(process));

    private static double OfAllThreads(int process)
    {
        // Behind the name, which may hold anything: the 12th and the 13th are user and system time.
        var stat = Read($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 13 ? 0 : fields[11..13].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) * NanosecondsOfTick;
    }

    private static double OfLivingThreads(int process)
    {
        var tasks = $"/proc/{process}/task";
        return Directory.Exists(tasks)
            ? Directory.EnumerateDirectories(tasks).Select(t => Read($"{t}/schedstat").Split(' ')[0]).Sum(n => n.Length == 0 ? 0 : double.Parse(n, CultureInfo.InvariantCulture))
            : 0;
    }

    private static double PssOf(int process)
    {
        var line = Read($"/proc/{process}/smaps_rollup").Split('\n').FirstOrDefault(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }
}
