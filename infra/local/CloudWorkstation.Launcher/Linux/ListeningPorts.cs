using System.Globalization;

namespace CloudWorkstation.Launcher.Linux;

/// <summary>Who listens on a TCP port of this machine.</summary>
public static class ListeningPorts
{
    private const string Listening = "0A";

    /// <summary>Null when the port is free. The process is unknown (0) when it belongs to somebody whose files we may not see.</summary>
    public static PortHolder? HolderOf(int port)
    {
        var inodes = Sockets(port).ToHashSet(StringComparer.Ordinal);
        if (inodes.Count == 0)
            return null;
        var process = ProcessTable.All().FirstOrDefault(candidate => HoldsOneOf(candidate, inodes));
        return new PortHolder(port, process, process == 0 ? "" : ProcessTable.CommandLine(process));
    }

    private static IEnumerable<string> Sockets(int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table))
                continue;
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns[3] == Listening && columns[1].EndsWith(suffix, StringComparison.Ordinal))
                    yield return $"socket:[{columns[9]}]";
            }
        }
    }

    private static bool HoldsOneOf(int process, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && inodes.Contains(target));
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <param name="Process">0 when it cannot be seen.</param>
public sealed record PortHolder(int Port, int Process, string CommandLine)
{
    public override string ToString() =>
        Process == 0 ? $"port {Port} is taken by a process of another user" : $"port {Port} is taken by process {Process} ({Shorten(CommandLine)})";

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..97] + "...";
}
