namespace CloudWorkstation.Launcher.Data;

/// <summary>A secret that the caller keeps in a file, so that it stands on no command line.</summary>
public static class SecretFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static string Read(string path)
    {
        if (!File.Exists(path))
            throw new LauncherException($"{path}: there is no such file.");
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            throw new LauncherException($"{path} is open to other users; it holds a password.", $"chmod 600 '{path}'");
        return File.ReadAllText(path).Trim();
    }
}
