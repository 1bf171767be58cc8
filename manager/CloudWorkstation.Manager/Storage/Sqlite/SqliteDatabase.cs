using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>The file, its connections and their settings.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int KeptReaders = 16;

    private readonly string path;
    private readonly ConcurrentBag<SqliteSession> readers = [];
    private bool disposed;

    public SqliteDatabase(string path, int? maximumPages)
    {
        SystemSqlite.Initialize();
        this.path = path;
        CreateFile(path);
        Writer = Open();
        SqliteSchema.Migrate(Writer.Connection);
        if (maximumPages is not null)
        {
            Writer.Execute($"PRAGMA max_page_count = {maximumPages}");
        }
    }

    /// <value>The only connection that writes; owned by the writer's thread.</value>
    public SqliteSession Writer { get; }

    /// <summary>Makes the file before SQLite does, which would let others read it.</summary>
    public static void CreateFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);

        // SQLite gives the -wal and -shm files the mode of the database, so only this one needs care.
        using (File.Open(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = OwnerOnly }))
        {
        }

        File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>Runs a read on a pooled connection. Reads are short and local, so they run on the caller's thread.</summary>
    public T Read<TState, T>(Func<SqliteSession, TState, T> read, TState state)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var session = readers.TryTake(out var pooled) ? pooled : Open();
        try
        {
            return read(session, state);
        }
        finally
        {
            Return(session);
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        // Last, so that it is the connection that folds the write-ahead log back into the file.
        Writer.Dispose();
    }

    private void Return(SqliteSession session)
    {
        if (disposed || readers.Count >= KeptReaders)
        {
            session.Dispose();
            return;
        }

        readers.Add(session);
    }

    /// <summary>
    /// synchronous=FULL: an acknowledged commit survives a power cut, because a cloud resource may be created right after it.
    /// The busy time-out covers another process on the same file, for example a backup. Reading through a memory map makes a page of a
    /// large partition cost what one of a small partition costs; writes do not go through it.
    /// </summary>
    private SqliteSession Open()
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 15 };
        var session = new SqliteSession(new SqliteConnection(settings.ConnectionString));
        try
        {
            session.Connection.Open();
            foreach (var setting in (string[])["busy_timeout = 5000", "journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY", "cache_size = -8192", "mmap_size = 268435456"])
            {
                session.Execute("PRAGMA " + setting);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
