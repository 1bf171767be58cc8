namespace CloudWorkstation.Launcher.Data;

/// <summary>
/// moto keeps everything in memory. When it is started anew, what a data directory still holds about accounts, jobs and desktops is about nothing,
/// and would only mislead; keys, logs and copies of templates stay.
/// </summary>
public static class LostCloud
{
    private static readonly string[] AboutNothing = ["workspaces", "states", "desktops", "machines", "first-admin.json", "setup-code", "platform.json"];

    /// <summary>Whether there was anything of an earlier run.</summary>
    public static bool Forget(DataDirectory data)
    {
        var found = AboutNothing.Select(name => Path.Combine(data.Root, name)).Concat(Directory.EnumerateFiles(data.Root, "jobs.db*")).Count(Remove);
        return found > 0;
    }

    private static bool Remove(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
            return true;
        }

        if (!Directory.Exists(path))
            return false;
        Directory.Delete(path, recursive: true);
        return true;
    }
}
