using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CloudWorkstation.Manager.Accounts.Keys;

/// <summary>Files that only their owner may read, and that are there whole or not at all after a crash.</summary>
internal static class PrivateFile
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LockAttempts = 1000;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(10);

    public static void CreateDirectory(string path) => Directory.CreateDirectory(path, FileMode600 | UnixFileMode.UserExecute);

    /// <summary>Writes beside the file, flushes, renames over it, and flushes the directory that holds the new name.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode600 }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Waits until no other process holds the file. The kernel lets go of it with the process.</summary>
    public static IDisposable Lock(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = FileMode600 };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                Thread.Sleep(LockPause);
            }
        }
    }

    private static void FlushDirectory(string path)
    {
        const int ReadOnlyCloseOnExec = 0x80000;
        using var directory = new SafeFileHandle(Open(path, ReadOnlyCloseOnExec), ownsHandle: true);
        if (!directory.IsInvalid)
        {
            RandomAccess.FlushToDisk(directory);
        }
    }

    // .NET opens no directories.
    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);
}
