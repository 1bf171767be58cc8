using System.Globalization;
using System.Text;

namespace CloudWorkstation.Launcher.Linux;

/// <summary>What <c>/proc</c> tells of processes. Everything here races with processes that end: absent means gone.</summary>
public static class ProcessTable
{
    private const int StateField = 0;
    private const int ParentField = 1;
    private const int StartTimeField = 19;

    public static IEnumerable<int> All()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process))
                yield return process;
        }
    }

    /// <summary>Clock ticks since boot at which the process started; together with its number it names one process for good.</summary>
    public static long? StartTime(int process) =>
        StatFields(process) is { } fields && fields[StateField] is not ("Z" or "X") ? long.Parse(fields[StartTimeField], CultureInfo.InvariantCulture) : null;

    public static int? Parent(int process) => StatFields(process) is { } fields ? int.Parse(fields[ParentField], CultureInfo.InvariantCulture) : null;

    public static bool IsAlive(int process, long startTime) => StartTime(process) == startTime;

    public static string CommandLine(int process)
    {
        var words = Read(process, "cmdline");
        return words.Length == 0 ? Name(process) : words.TrimEnd('\0').Replace('\0', ' ');
    }

    public static string Name(int process) => Read(process, "comm").TrimEnd();

    public static string? EnvironmentVariable(int process, string name)
    {
        var prefix = name + "=";
        return Read(process, "environ").Split('\0').FirstOrDefault(entry => entry.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    /// <summary>This process and everything above it: never to be signalled by a clean-up.</summary>
    public static HashSet<int> SelfAndAncestors()
    {
        var result = new HashSet<int>();
        for (int? process = Environment.ProcessId; process is > 1 && result.Add(process.Value);)
            process = Parent(process.Value);
        return result;
    }

    /// <summary>The fields of <c>stat</c> after the name, which may itself contain blanks and brackets.</summary>
    private static string[]? StatFields(int process)
    {
        var stat = Read(process, "stat");
        var end = stat.LastIndexOf(')');
        return end < 0 ? null : stat[(end + 2)..].Split(' ');
    }

    private static string Read(int process, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/{file}"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
