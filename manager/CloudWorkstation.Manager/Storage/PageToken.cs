using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace CloudWorkstation.Manager.Storage;

/// <summary>Where a page ended: the next one begins after this sort and id. Callers see it as opaque text.</summary>
/// <param name="Query">Fingerprint of the query that gave it out.</param>
/// <param name="Sort">Sort of the last document of the page.</param>
/// <param name="Id">Id of the last document of the page.</param>
internal sealed record PageToken(string Query, string Sort, string Id)
{
    // Longest honest token: a sort of 512 characters, each escaped to six, and an id of 256, in base64.
    private const int MaximumLength = 8192;

    public static string Write(IndexQuery query, string sort, string id) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new PageToken(Fingerprint(query), sort, id)));

    /// <summary>Null when the query begins at its first page.</summary>
    /// <exception cref="InvalidPageTokenException">The token was not given out for this query.</exception>
    public static PageToken? Read(IndexQuery query)
    {
        if (query.PageToken is null)
        {
            return null;
        }

        var token = Parse(query.PageToken);
        return token is { Sort: not null, Id: not null } && string.Equals(token.Query, Fingerprint(query), StringComparison.Ordinal) && IsInside(query, token.Sort)
            ? token
            : throw new InvalidPageTokenException("The page token belongs to another query. Start again without it.");
    }

    private static PageToken? Parse(string text)
    {
        try
        {
            return text.Length <= MaximumLength ? JsonSerializer.Deserialize<PageToken>(Base64Url.DecodeFromChars(text)) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The position replaces a bound of the range, so a made-up one must not widen it.</summary>
    private static bool IsInside(IndexQuery query, string sort) =>
        (query.From is null || Utf8Order.Compare(sort, query.From) >= 0) && (query.To is null || Utf8Order.Compare(sort, query.To) < 0);

    /// <summary>All that selects and orders; the limit may change from page to page.</summary>
    private static string Fingerprint(IndexQuery query)
    {
        string?[] parts = [query.Collection, query.Index, query.Partition, query.From, query.To, query.Descending ? "descending" : "ascending"];
        return Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts)).AsSpan(0, 12));
    }
}
