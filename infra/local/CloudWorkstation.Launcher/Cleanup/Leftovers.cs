using CloudWorkstation.Launcher.Data;
using CloudWorkstation.Launcher.Linux;

namespace CloudWorkstation.Launcher.Cleanup;

/// <summary>
/// Finds and ends what still runs for a data directory: services noted there, and processes that carry its name in their environment
/// (desktops outlive the services on purpose, so that a restart of a service does not take anybody's screen away).
/// </summary>
public sealed class Leftovers(DataDirectory data, TimeProvider time)
{
    public const string ServiceMarker = "CWS_STACK";
    public const string DesktopMarker = "CWS_DESKTOP_DIRECTORY";
    public const string MachineMarker = "CWS_MACHINE_DIRECTORY";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public IReadOnlyList<ProcessRecord> Services() =>
        Excluding([.. ProcessRecord.LoadAll(data).Where(record => record.IsAlive), .. Marked(ServiceMarker, value => value == data.Root)]);

    public IReadOnlyList<ProcessRecord> Desktops() => Excluding(Marked(DesktopMarker, value => value.StartsWith(data.Root + "/", StringComparison.Ordinal)));

    /// <summary>What plays the instances of the development platform.</summary>
    public IReadOnlyList<ProcessRecord> Machines() => Excluding(Marked(MachineMarker, value => value.StartsWith(data.Root + "/", StringComparison.Ordinal)));

    /// <summary>Ends them: politely, then by force. Returns how many there were.</summary>
    public async Task<int> EndAsync(IReadOnlyList<ProcessRecord> processes, TimeSpan grace)
    {
        SignalAll(processes, Native.Terminate);
        if (!await AllGoneAsync(processes, grace))
        {
            SignalAll(processes, Native.Kill);
            await AllGoneAsync(processes, TimeSpan.FromSeconds(5));
        }

        return processes.Count;
    }

    private static void SignalAll(IReadOnlyList<ProcessRecord> processes, int signal)
    {
        foreach (var process in processes.Where(process => process.IsAlive))
            _ = Native.Signal(process.Process, signal);
    }

    private async Task<bool> AllGoneAsync(IReadOnlyList<ProcessRecord> processes, TimeSpan limit)
    {
        var begun = time.GetTimestamp();
        while (processes.Any(process => process.IsAlive))
        {
            if (time.GetElapsedTime(begun) > limit)
                return false;
            await Task.Delay(Poll, time);
        }

        return true;
    }

    private static IEnumerable<ProcessRecord> Marked(string variable, Func<string, bool> belongs)
    {
        foreach (var process in ProcessTable.All())
        {
            if (ProcessTable.EnvironmentVariable(process, variable) is { } value && belongs(value) && ProcessTable.StartTime(process) is { } start)
                yield return new ProcessRecord(ProcessTable.Name(process), process, start);
        }
    }

    private static List<ProcessRecord> Excluding(IEnumerable<ProcessRecord> processes)
    {
        var ours = ProcessTable.SelfAndAncestors();
        return [.. processes.Where(process => !ours.Contains(process.Process)).DistinctBy(process => process.Process)];
    }
}
