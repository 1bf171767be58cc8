namespace CloudWorkstation.ConsoleHost.Pages;

/// <summary>Finds the directory of the built console.</summary>
public static class ConsoleRoot
{
    /// <summary>
    /// The configured directory; else <c>wwwroot</c> beside the binary (a release); else <c>console-host/web/dist</c> of the checkout that the
    /// binary lies in (development). It need not exist yet.
    /// </summary>
    public static string Find(string? configured, string binaryDirectory)
    {
        if (!string.IsNullOrWhiteSpace(configured)) return Path.GetFullPath(configured);

        var released = Path.Combine(binaryDirectory, "wwwroot");
        if (File.Exists(Path.Combine(released, ConsoleFiles.IndexPage))) return released;

        for (var directory = new DirectoryInfo(binaryDirectory); directory is not null; directory = directory.Parent)
        {
            var web = Path.Combine(directory.FullName, "console-host", "web");
            if (Directory.Exists(web)) return Path.Combine(web, "dist");
        }
        return released;
    }
}
