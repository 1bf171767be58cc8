namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>Looks at processes from outside, as an administrator would.</summary>
internal static class Processes
{
    /// <summary>A zombie has ended; where no init reaps, it stays listed.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static async Task WaitUntilGoneAsync(int pid, CancellationToken cancellationToken)
    {
        while (IsAlive(pid))
            await Task.Delay(50, cancellationToken);
    }

    /// <summary>Living processes of a name that carry <paramref name="mark"/> (NAME=value) in their environment.</summary>
    public static IReadOnlyList<int> With(string mark, string? name = null)
    {
        List<int> found = [];
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var pid)
                && Read(pid, "environ").Split('\0').Contains(mark, StringComparer.Ordinal)
                && (name is null || Read(pid, "comm").TrimEnd() == name)
                && IsAlive(pid))
                found.Add(pid);
        }

        return found;
    }

    public static string CommandLines() => string.Join('\n', Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => Read(int.Parse(name!), "cmdline").Replace('\0', ' ')));

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
