namespace CloudWorkstation.Architecture.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Rooms
{
    public static string Root { get; } = Find();

    /// <summary>Every C# file of some rooms, with its path below the root.</summary>
    public static IEnumerable<(string File, string Text)> Sources(params IEnumerable<string> rooms) => rooms
        .SelectMany(room => Directory.EnumerateFiles(Path.Combine(Root, room), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal))
        .Select(file => (Path.GetRelativePath(Root, file), File.ReadAllText(file)));

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CloudWorkstation.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests do not run in a checkout.");
        }

        return directory.FullName;
    }
}
