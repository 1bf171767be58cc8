using System.Text;

namespace CloudWorkstation.Router;

/// <summary>Replaces a file so that a reader sees the old content or the new one and nothing between.</summary>
internal static class AtomicFile
{
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="durable">Whether it must also be whole, old or new, after the machine lost power; costs a wait for the disk.</param>
    public static void Write(string path, string content, bool durable = true)
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, Options))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Flush(flushToDisk: durable);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static FileStreamOptions Options => new()
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };
}
