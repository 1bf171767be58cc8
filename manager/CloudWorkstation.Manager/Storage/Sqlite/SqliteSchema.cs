using Microsoft.Data.Sqlite;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>The tables, and how an older file becomes a current one. <c>user_version</c> counts the migrations that were applied.</summary>
internal static class SqliteSchema
{
    /// <summary>
    /// Documents keep a rowid: rows of some kilobytes in a WITHOUT ROWID tree would leave it four children a page. Index entries
    /// are all key, so WITHOUT ROWID makes the tree itself the index, and a page of it is one seek and a walk, however long it is.
    /// <c>entries</c> repeats a document's index entries as JSON, so that a write knows which of them to replace.
    /// </summary>
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE documents (
            number INTEGER PRIMARY KEY,
            collection TEXT NOT NULL,
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            expires INTEGER NULL,
            entries TEXT NOT NULL,
            json BLOB NOT NULL);
        CREATE UNIQUE INDEX documents_key ON documents (collection, id);
        CREATE INDEX documents_expiry ON documents (expires) WHERE expires IS NOT NULL;
        CREATE TABLE entries (
            collection TEXT NOT NULL,
            name TEXT NOT NULL,
            partition TEXT NOT NULL,
            sort TEXT NOT NULL,
            id TEXT NOT NULL,
            document INTEGER NOT NULL,
            PRIMARY KEY (collection, name, partition, sort, id)) WITHOUT ROWID;
        """,
    ];

    public static void Migrate(SqliteConnection connection)
    {
        Execute(connection, "BEGIN IMMEDIATE");
        var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"));
        if (version > Migrations.Length)
        {
            Execute(connection, "ROLLBACK");
            throw new NotSupportedException(
                $"'{connection.DataSource}' was written by a newer release (schema {version}, this one knows {Migrations.Length}). Start that release.");
        }

        foreach (var migration in Migrations.Skip(version))
        {
            Execute(connection, migration);
        }

        Execute(connection, $"PRAGMA user_version = {Migrations.Length}");
        Execute(connection, "COMMIT");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
