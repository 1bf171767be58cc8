using System.Text.Json;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>Does the writes of one commit inside a transaction that the caller holds: all conditions first, then all changes.</summary>
internal static class SqliteCommit
{
    public static CommitResult Apply(SqliteSession session, IReadOnlyList<DocumentWrite> writes)
    {
        var current = new Current?[writes.Count];
        List<int>? failed = null;
        for (var i = 0; i < writes.Count; i++)
        {
            current[i] = Find(session, writes[i].Key);
            if (!Holds(writes[i], current[i]))
            {
                (failed ??= []).Add(i);
            }
        }

        if (failed is not null)
        {
            return new CommitResult(failed);
        }

        for (var i = 0; i < writes.Count; i++)
        {
            Apply(session, writes[i], current[i]);
        }

        return CommitResult.Done;
    }

    /// <summary>Removes documents that expired at or before <paramref name="now"/>, at most <paramref name="limit"/> of them.</summary>
    public static int RemoveExpired(SqliteSession session, DateTimeOffset now, int limit)
    {
        var expired = new List<(string Collection, string Id)>();
        using (var reader = session.Statement(
            "SELECT collection, id FROM documents WHERE expires <= $0 ORDER BY expires LIMIT $1", now.ToUnixTimeMilliseconds(), limit).ExecuteReader())
        {
            while (reader.Read())
            {
                expired.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        foreach (var (collection, id) in expired)
        {
            var key = new DocumentKey(collection, id);
            Remove(session, key, Find(session, key)!);
        }

        return expired.Count;
    }

    private static bool Holds(DocumentWrite write, Current? current) => write.Condition switch
    {
        ConditionKind.Absent => current is null,
        _ => current is not null && current.Version == write.ExpectedVersion,
    };

    private static void Apply(SqliteSession session, DocumentWrite write, Current? current)
    {
        switch (write.Kind)
        {
            case WriteKind.Put when current is null:
                Insert(session, write);
                break;
            case WriteKind.Put:
                Update(session, write, current);
                break;
            case WriteKind.Delete:
                Remove(session, write.Key, current!);
                break;
        }
    }

    private static void Insert(SqliteSession session, DocumentWrite write)
    {
        session.Execute(
            "INSERT INTO documents (collection, id, version, expires, entries, json) VALUES ($0, $1, 1, $2, $3, $4)",
            write.Key.Collection,
            write.Key.Id,
            write.ExpiresAt?.ToUnixTimeMilliseconds(),
            JsonSerializer.Serialize(write.Indexes),
            Bytes(write.Json));
        var number = (long)session.Statement("SELECT last_insert_rowid()").ExecuteScalar()!;
        AddEntries(session, write.Key, number, write.Indexes);
    }

    private static void Update(SqliteSession session, DocumentWrite write, Current current)
    {
        session.Execute(
            "UPDATE documents SET version = version + 1, expires = $1, entries = $2, json = $3 WHERE number = $0",
            current.Number,
            write.ExpiresAt?.ToUnixTimeMilliseconds(),
            JsonSerializer.Serialize(write.Indexes),
            Bytes(write.Json));
        RemoveEntries(session, write.Key, current.Entries.Except(write.Indexes));
        AddEntries(session, write.Key, current.Number, write.Indexes.Except(current.Entries));
    }

    private static void Remove(SqliteSession session, DocumentKey key, Current current)
    {
        session.Execute("DELETE FROM documents WHERE number = $0", current.Number);
        RemoveEntries(session, key, current.Entries);
    }

    private static void AddEntries(SqliteSession session, DocumentKey key, long number, IEnumerable<IndexEntry> entries)
    {
        foreach (var entry in entries)
        {
            session.Execute(
                "INSERT INTO entries (collection, name, partition, sort, id, document) VALUES ($0, $1, $2, $3, $4, $5)",
                key.Collection,
                entry.Index,
                entry.Partition,
                entry.Sort,
                key.Id,
                number);
        }
    }

    private static void RemoveEntries(SqliteSession session, DocumentKey key, IEnumerable<IndexEntry> entries)
    {
        foreach (var entry in entries)
        {
            session.Execute(
                "DELETE FROM entries WHERE collection = $0 AND name = $1 AND partition = $2 AND sort = $3 AND id = $4",
                key.Collection,
                entry.Index,
                entry.Partition,
                entry.Sort,
                key.Id);
        }
    }

    private static Current? Find(SqliteSession session, DocumentKey key)
    {
        using var reader = session.Statement("SELECT number, version, entries FROM documents WHERE collection = $0 AND id = $1", key.Collection, key.Id).ExecuteReader();
        return reader.Read()
            ? new Current(reader.GetInt64(0), reader.GetInt64(1), JsonSerializer.Deserialize<IndexEntry[]>(reader.GetString(2))!)
            : null;
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> json) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(json, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : json.ToArray();

    private sealed record Current(long Number, long Version, IndexEntry[] Entries);
}
