using System.Text;
using Microsoft.Data.Sqlite;

namespace CloudWorkstation.Manager.Storage.Sqlite;

/// <summary>Reads documents: one by key, or one page of an index.</summary>
internal static class SqliteQuery
{
    public static StoredDocument? Get(SqliteSession session, DocumentKey key)
    {
        using var reader = session.Statement("SELECT version, json FROM documents WHERE collection = $0 AND id = $1", key.Collection, key.Id).ExecuteReader();
        return reader.Read() ? new StoredDocument(key, reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>One more document than asked for is looked up, to know whether there is a next page.</summary>
    public static DocumentPage Page(SqliteSession session, IndexQuery query)
    {
        var position = PageToken.Read(query);
        var documents = new List<StoredDocument>(Math.Min(query.Limit, 64));
        var lastSort = "";
        using var reader = Select(session, query, position).ExecuteReader();
        while (reader.Read())
        {
            if (documents.Count == query.Limit)
            {
                return new DocumentPage(documents, PageToken.Write(query, lastSort, documents[^1].Key.Id));
            }

            lastSort = reader.GetString(0);
            var key = new DocumentKey(query.Collection, reader.GetString(1));
            documents.Add(new StoredDocument(key, reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
        }

        return new DocumentPage(documents, null);
    }

    /// <summary>The position of a page token replaces the bound on its side, so that SQLite seeks straight to it.</summary>
    private static SqliteCommand Select(SqliteSession session, IndexQuery query, PageToken? position)
    {
        var values = new List<object?> { query.Collection, query.Index, query.Partition, query.Limit + 1 };
        var sql = new StringBuilder(
            """
            SELECT e.sort, e.id, d.version, d.json FROM entries e CROSS JOIN documents d ON d.number = e.document
            WHERE e.collection = $0 AND e.name = $1 AND e.partition = $2
            """);
        if (query.From is not null && (position is null || query.Descending))
        {
            sql.Append($" AND e.sort >= ${values.Count}");
            values.Add(query.From);
        }

        if (query.To is not null && (position is null || !query.Descending))
        {
            sql.Append($" AND e.sort < ${values.Count}");
            values.Add(query.To);
        }

        if (position is not null)
        {
            sql.Append($" AND (e.sort, e.id) {(query.Descending ? '<' : '>')} (${values.Count}, ${values.Count + 1})");
            values.AddRange([position.Sort, position.Id]);
        }

        sql.Append(query.Descending ? " ORDER BY e.sort DESC, e.id DESC LIMIT $3" : " ORDER BY e.sort, e.id LIMIT $3");
        return session.Statement(sql.ToString(), values.ToArray());
    }
}
