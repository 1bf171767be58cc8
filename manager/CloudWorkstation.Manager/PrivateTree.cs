namespace CloudWorkstation.Manager;

/// <summary>Removes directories that a desktop's user had a hand in. Links in them are removed and never followed.</summary>
internal static class PrivateTree
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Also what somebody made read-only: it is ours all the same.</summary>
    public static void Remove(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException && Directory.Exists(directory))
        {
            Open(new DirectoryInfo(directory));
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Open(DirectoryInfo directory)
    {
        directory.UnixFileMode |= OwnerOnly;
        foreach (var below in directory.EnumerateDirectories().Where(d => d.LinkTarget is null))
        {
            Open(below);
        }
    }
}
