using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Auth;

/// <summary>
/// Binds a ceremony to the browser that began it: without the cookie an answer is worth nothing, and scripts cannot read it. One for signing in and one
/// for a signed-in person's own keys.
/// </summary>
internal static class PasskeyCookies
{
    public const string Name = "cws_passkey";

    private const string SigningIn = "/auth";
    private const string SignedIn = "/api/v1/me";

    public static IResult Answer(HttpContext http, PasskeyCeremony ceremony)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Cookies.Append(Name, ceremony.Ticket, Options(http, ceremony.ExpiresAt));
        return Results.Ok(PasskeyOptionsAnswer.From(ceremony));
    }

    /// <summary>Takes the ticket from the browser: it is good for one answer, whatever becomes of it.</summary>
    public static string? Take(HttpContext http)
    {
        var ticket = http.Request.Cookies[Name] is { Length: > 0 } text ? text : null;
        http.Response.Cookies.Delete(Name, Options(http, null));
        return ticket;
    }

    private static CookieOptions Options(HttpContext http, DateTimeOffset? expires) => new()
    {
        Path = http.Request.Path.StartsWithSegments(SigningIn, StringComparison.Ordinal) ? SigningIn : SignedIn,
        HttpOnly = true,
        Secure = true,
        SameSite = SameSiteMode.Strict,
        Expires = expires,
    };
}
