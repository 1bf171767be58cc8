using Microsoft.Data.Sqlite;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>What SQLite's result codes mean to the store (https://sqlite.org/rescode.html).</summary>
internal static class SqliteErrors
{
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const long NoSpaceLeft = 1024 * 1024;

    /// <summary>
    /// A write that hits a full disk is SQLITE_FULL. Growing the shared-memory file, flushing with delayed allocation or creating the
    /// log on a full disk come back as I/O and open errors, which also have other causes: then the disk itself is asked.
    /// </summary>
    public static bool MeansFull(SqliteException error, string directory) => error.SqliteErrorCode switch
    {
        Full => true,
        IoError or CannotOpen => FreeBytes(directory) < NoSpaceLeft,
        _ => false,
    };

    private static long FreeBytes(string directory)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace;
        }
        catch (IOException)
        {
            return long.MaxValue;
        }
    }
}
