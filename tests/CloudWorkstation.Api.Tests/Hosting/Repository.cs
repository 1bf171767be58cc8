namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>Finds committed files from where the tests run.</summary>
internal static class Repository
{
    public static string File(params string[] path)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(directory.FullName, "CloudWorkstation.sln")))
            {
                return Path.Combine([directory.FullName, .. path]);
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
