using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Doctor;

internal static class DataCheck
{
    private const long LowSpace = 1L << 30;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Finding> Run(DataDirectory data)
    {
        if (!Directory.Exists(data.Root))
        {
            yield return new Finding("data", Verdict.Ok, $"{data.Root} does not exist yet; up creates it");
            yield break;
        }

        yield return data.Refusal() is { } refusal ? new Finding("data", Verdict.Fail, refusal.Message, refusal.Fix) : new Finding("data", Verdict.Ok, $"{data.Root} is private");
        yield return Space(data);
        yield return Keys(data);
        if (File.Exists(data.FirstAdmin))
            yield return new Finding("first-admin", Verdict.Warn, "the first admin still has the generated password, kept in first-admin.json", "Sign in and change it; the file then goes away.");
    }

    private static Finding Space(DataDirectory data)
    {
        var free = new DriveInfo(data.Root).AvailableFreeSpace;
        return free >= LowSpace
            ? new Finding("disk", Verdict.Ok, $"{free >> 30} GiB free for data")
            : new Finding("disk", Verdict.Warn, $"only {free >> 20} MiB free for data", "Free some space, or move the directory and name it with --data.");
    }

    private static Finding Keys(DataDirectory data)
    {
        var open = Directory.Exists(data.Keys)
            ? Directory.EnumerateFiles(data.Keys, "*", SearchOption.AllDirectories).Where(file => (File.GetUnixFileMode(file) & Others) != UnixFileMode.None).ToList()
            : [];
        return open.Count == 0
            ? new Finding("keys", Verdict.Ok, "private keys can be read by their owner only")
            : new Finding("keys", Verdict.Fail, $"open to other users: {string.Join(", ", open)}", $"chmod 600 {string.Join(' ', open)}");
    }
}
