using System.Globalization;
using System.Reflection;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;

namespace CloudWorkstation.Api.Http;

/// <summary>The query parameters <c>limit</c> and <c>cursor</c> of every list.</summary>
/// <param name="Limit">1 to 200; 50 when not given.</param>
/// <param name="Cursor">From the page before; null for the first.</param>
public sealed record PageQuery(int Limit, string? Cursor)
{
    public const int MaximumLimit = 200;
    private const int DefaultLimit = 50;
    private const int MaximumCursorLength = 2048;

    public static ValueTask<PageQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var limit = Query.Number(context.Request.Query, "limit", DefaultLimit, 1, MaximumLimit);
        var cursor = Query.Text(context.Request.Query, "cursor");
        return cursor?.Length > MaximumCursorLength
            ? throw new ProblemException(HttpProblem.Of("invalid_cursor"))
            : ValueTask.FromResult<PageQuery?>(new PageQuery((int)limit, cursor));
    }
}

/// <summary>Reads query parameters and names the one that is wrong.</summary>
internal static class Query
{
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];

    public static string? Text(IQueryCollection query, string name) => query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => string.IsNullOrEmpty(one[0]) ? null : one[0],
        _ => throw Invalid(name, $"'{name}' may be given once."),
    };

    /// <summary>An id or a name: what could not be one is refused before anybody looks for it.</summary>
    public static string? Identifier(IQueryCollection query, string name)
    {
        var text = Text(query, name);
        return text is null || Identifiers.IsPossible(text) ? text : throw Invalid(name, $"'{name}' cannot be an id or a name of ours.");
    }

    public static long Number(IQueryCollection query, string name, long fallback, long minimum, long maximum)
    {
        var text = Text(query, name);
        if (text is null)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum
            ? value
            : throw Invalid(name, $"'{name}' must be a whole number from {minimum} to {maximum}.");
    }

    public static bool? Flag(IQueryCollection query, string name) => Text(query, name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw Invalid(name, $"'{name}' must be true or false."),
    };

    /// <summary>A moment, or the beginning of a day in UTC.</summary>
    public static DateTimeOffset? Time(IQueryCollection query, string name)
    {
        var text = Text(query, name);
        if (text is null)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            ? value
            : throw Invalid(name, $"'{name}' must be an RFC 3339 time or a date, like 2026-11-21T09:30:00Z or 2026-11-21.");
    }

    public static T? Choice<T>(IQueryCollection query, string name)
        where T : struct, Enum
    {
        var text = Text(query, name);
        if (text is null)
        {
            return null;
        }

        return text.All(char.IsAsciiLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var value)
            ? value
            : throw Invalid(name, $"'{name}' must be {JsonShape.Expected(typeof(T))}.");
    }

    public static ProblemException Invalid(string name, string message) => new(HttpProblem.From(Problem.Invalid(new FieldError(name, message))));
}
