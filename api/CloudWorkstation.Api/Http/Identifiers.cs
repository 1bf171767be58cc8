using CloudWorkstation.Api.Problems;

namespace CloudWorkstation.Api.Http;

/// <summary>What an id or a name in an address can look like. Anything else is not found without asking the store.</summary>
internal static class Identifiers
{
    private const int MaximumLength = 128;

    public static bool IsPossible(string text) =>
        text.Length is > 0 and <= MaximumLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':' or '.' or '@' or '/' or '-');

    public static RouteGroupBuilder RefuseImpossibleIds(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter((context, next) =>
        {
            var values = context.HttpContext.Request.RouteValues.Values;
            return values.All(v => v is not string text || IsPossible(text))
                ? next(context)
                : ValueTask.FromResult<object?>(HttpProblem.Of("not_found"));
        });
        return group;
    }
}
