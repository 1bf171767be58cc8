using System.Runtime.InteropServices;
using SQLitePCL;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>
/// Points the SQLite binding at the system's library, which the distribution keeps patched; nothing native is shipped with the product.
/// Whoever opens a SQLite connection calls <see cref="Initialize"/> first.
/// </summary>
public static class SystemSqlite
{
    private const string LibraryName = "libsqlite3.so.0";
    private const int MinimumVersion = 3_035_000;

    private static readonly Lazy<string> Loaded = new(Load);

    /// <value>For example <c>3.40.1</c>.</value>
    public static string Version => Loaded.Value;

    /// <summary>Idempotent and safe to call from any thread.</summary>
    /// <exception cref="DllNotFoundException">The library is not installed; the message says how to.</exception>
    public static void Initialize() => _ = Loaded.Value;

    private static string Load()
    {
        if (!NativeLibrary.TryLoad(LibraryName, out var handle))
        {
            throw new DllNotFoundException($"{LibraryName} is not installed. On Debian and Ubuntu: apt-get install libsqlite3-0");
        }

        NativeLibrary.SetDllImportResolver(
            typeof(SQLite3Provider_e_sqlite3).Assembly,
            (name, _, _) => string.Equals(name, "e_sqlite3", StringComparison.Ordinal) ? handle : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        return raw.sqlite3_libversion_number() >= MinimumVersion
            ? raw.sqlite3_libversion().utf8_to_string()
            : throw new NotSupportedException($"{LibraryName} is version {raw.sqlite3_libversion().utf8_to_string()}; 3.35 or newer is needed.");
    }
}
