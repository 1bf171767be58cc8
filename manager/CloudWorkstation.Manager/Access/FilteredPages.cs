using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Access;

/// <summary>
/// Reads an index partition page by page and keeps what matches. How much one call examines is bounded, so a page costs the same however
/// large the table is; a filter that matches little gives short pages with a cursor to go on.
/// </summary>
internal static class FilteredPages
{
    private const int MostExamined = 1000;
    private const int MostNarrowed = 200;
    private const int MostAsked = 200;
    private const int TagBytes = 8;

    /// <param name="collection">Where to read.</param>
    /// <param name="query">One partition.</param>
    /// <param name="fingerprint">Everything that makes up the caller's query: a cursor is only good for the same one.</param>
    /// <param name="matches">Keeps a value.</param>
    /// <param name="select">Makes the item of a kept value.</param>
    /// <param name="limit">Items wanted.</param>
    /// <param name="cursor">From the page before.</param>
    /// <param name="narrow">Keeps some of what matches, where that takes another look at the store; then a page examines less.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<Outcome<Listing<TItem>>> ReadAsync<T, TItem>(
        Collection<T> collection,
        IndexQuery query,
        string fingerprint,
        Func<T, bool> matches,
        Func<Versioned<T>, TItem> select,
        int limit,
        string? cursor,
        CancellationToken cancellationToken,
        Func<IEnumerable<Versioned<T>>, CancellationToken, Task<IReadOnlyList<Versioned<T>>>>? narrow = null)
    {
        var wanted = Math.Clamp(limit, 1, MostAsked);
        if (!TryOpen(cursor, fingerprint, out var token))
        {
            return InvalidCursor;
        }

        var items = new List<TItem>(wanted);
        try
        {
            for (var examined = 0; ;)
            {
                var page = await collection.QueryAsync(query with { PageToken = token, Limit = wanted - items.Count }, cancellationToken);
                var matching = page.Items.Where(i => matches(i.Value));
                items.AddRange((narrow is null ? matching : await narrow(matching, cancellationToken)).Select(select));
                examined += page.Items.Count;
                token = page.NextToken;
                if (token is null || items.Count >= wanted || examined >= (narrow is null ? MostExamined : MostNarrowed))
                {
                    return new Listing<TItem>(items, token is null ? null : Seal(token, fingerprint));
                }
            }
        }
        catch (InvalidPageTokenException)
        {
            return InvalidCursor;
        }
    }

    public static Problem InvalidCursor { get; } =
        new(ProblemKind.Malformed, "invalid_cursor", "The cursor does not belong to this query. Start again without a cursor.");

    public static string Seal(string token, string fingerprint) => Base64Url.EncodeToString([.. Tag(fingerprint), .. Encoding.UTF8.GetBytes(token)]);

    public static bool TryOpen(string? cursor, string fingerprint, out string? token)
    {
        token = null;
        if (cursor is null)
        {
            return true;
        }

        if (cursor.Length > 2048 || !Base64Url.IsValid(cursor))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= TagBytes || !bytes.AsSpan(0, TagBytes).SequenceEqual(Tag(fingerprint)))
        {
            return false;
        }

        token = Encoding.UTF8.GetString(bytes.AsSpan(TagBytes));
        return true;
    }

    private static ReadOnlySpan<byte> Tag(string fingerprint) => SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)).AsSpan(0, TagBytes);
}
