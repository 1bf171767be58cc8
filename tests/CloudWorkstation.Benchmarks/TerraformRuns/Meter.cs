using System.Globalization;

namespace CloudWorkstation.Benchmarks.TerraformRuns;

/// <summary>
/// What running Terraform takes: processor time of this process, of all its children that ended, and of the providers that live on; memory
/// of all Terraforms and providers at one moment. The account (moto) is not counted.
/// </summary>
internal static class Meter
{
    private const double TicksPerSecond = 100;

    public static double CpuSeconds()
    {
        var own = Stat(Environment.ProcessId);
        // User and system time of its own, then of children that were waited for.
        return (own.Skip(11).Take(4).Sum(long.Parse) + Providers().Sum(process => Stat(process).Skip(11).Take(4).Sum(long.Parse))) / TicksPerSecond;
    }

    /// <summary>Proportional set size: the providers' common pages are counted once.</summary>
    public static double Megabytes() => Descendants().Where(process => IsOne(process, "terraform")).Sum(Pss) / 1024;

    private static IEnumerable<int> Providers() => Descendants().Where(process => IsOne(process, "terraform-provider") && Command(process).EndsWith("-debug\0", StringComparison.Ordinal));

    private static List<int> Descendants()
    {
        List<int> found = [Environment.ProcessId];
        for (var i = 0; i < found.Count; i++)
            found.AddRange(Directory.Exists($"/proc/{found[i]}/task") ? Threads(found[i]).SelectMany(thread => Children(found[i], thread)) : []);
        return found;
    }

    private static IEnumerable<string> Threads(int process)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process}/task").Select(path => Path.GetFileName(path))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static IEnumerable<int> Children(int process, string thread) =>
        Read($"/proc/{process}/task/{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static bool IsOne(int process, string name) => Path.GetFileName(Command(process).Split('\0')[0]).StartsWith(name, StringComparison.Ordinal);

    private static string Command(int process) => Read($"/proc/{process}/cmdline");

    // The fields after the command's closing parenthesis, because the command may hold spaces.
    private static string[] Stat(int process)
    {
        var stat = Read($"/proc/{process}/stat");
        return stat.Length == 0 ? [] : stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static double Pss(int process)
    {
        var line = Read($"/proc/{process}/smaps_rollup").Split('\n').FirstOrDefault(text => text.StartsWith("Pss:", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return "";
        }
    }
}
