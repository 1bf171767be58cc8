using System.Globalization;

namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// Names this process so that another one can tell whether it still lives: boot, process namespace, process id, start time. After a crash
/// on one machine the next process need not wait for a lease to pass.
/// </summary>
internal sealed class WorkerIdentity
{
    private static readonly string World = $"{Read("/proc/sys/kernel/random/boot_id")}~{Link("/proc/self/ns/pid")}";

    public string Id { get; init; } = $"{World}~{Environment.ProcessId}~{StartTicks(Environment.ProcessId)}";

    /// <summary>True only when it is certain: same machine and boot, and no such process any more.</summary>
    public bool IsDead(string? worker)
    {
        var parts = worker?.Split('~') ?? [];
        if (worker == Id || parts.Length != 4 || $"{parts[0]}~{parts[1]}" != World || World.Length < 10)
        {
            return false;
        }

        return int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var process) && StartTicks(process) != parts[3];
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";

    private static string Link(string path) => File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name ?? "";

    // The 22nd field of proc(5)'s stat, counted after the command's closing parenthesis, because the command may hold spaces.
    private static string StartTicks(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

            // A zombie has ended. Whoever should reap it may be slow, or not do it at all.
            return fields[0] is "Z" or "X" ? "" : fields[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return "";
        }
    }
}
