using System.Buffers.Text;
using System.Text;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Api.Access;

/// <summary>Pages of records that are in memory, by name; the cursor is the last name of the page before.</summary>
internal static class NamePages
{
    public static IResult Answer<T, TModel>(IReadOnlyDictionary<string, AccessView<T>> records, PageQuery page, Func<AccessView<T>, TModel> model)
    {
        var after = Read(page.Cursor);
        var rest = records.OrderBy(r => r.Key, StringComparer.Ordinal).Where(r => after is null || string.CompareOrdinal(r.Key, after) > 0).Take(page.Limit + 1).ToList();
        var shown = rest.Take(page.Limit).ToList();
        return Results.Ok(new ListOf<TModel>([.. shown.Select(r => model(r.Value))], rest.Count > page.Limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(shown[^1].Key)) : null));
    }

    private static string? Read(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        return Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : throw new ProblemException(HttpProblem.Of("invalid_cursor"));
    }
}
