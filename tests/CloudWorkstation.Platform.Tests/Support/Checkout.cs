namespace CloudWorkstation.Platform.Tests.Support;

/// <summary>The files under test, where they are written.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    public static string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Root, .. parts]);

    public static string Read(params ReadOnlySpan<string> parts) => File.ReadAllText(Path(parts));

    /// <summary>Copies what Terraform reads, without what it wrote at an earlier run; links stay links.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos().Where(e => e.Name is not ".terraform"))
        {
            var target = System.IO.Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(target, link);
            }
            else if (entry is DirectoryInfo)
            {
                Copy(entry.FullName, target);
            }
            else
            {
                File.Copy(entry.FullName, target);
            }
        }
    }

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "CloudWorkstation.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests do not run in a checkout.");
        }

        return directory.FullName;
    }
}
