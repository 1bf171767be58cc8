using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Api.Auth;

/// <summary>The two cookies of a signed-in browser. Scripts cannot read them, and they travel over secure origins only.</summary>
internal static class SessionCookies
{
    private const string RefreshPath = "/auth";

    public static void Set(HttpResponse response, SignedIn session)
    {
        response.Cookies.Append(TokenNames.SessionCookie, session.SessionToken, Session(session.SessionTokenExpiresAt));
        response.Cookies.Append(TokenNames.RefreshCookie, session.RefreshToken, Refresh(session.RefreshExpiresAt));
    }

    public static void Clear(HttpResponse response)
    {
        response.Cookies.Delete(TokenNames.SessionCookie, Session(null));
        response.Cookies.Delete(TokenNames.RefreshCookie, Refresh(null));
    }

    private static CookieOptions Session(DateTimeOffset? expires) =>
        new() { Path = "/", HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Expires = expires };

    private static CookieOptions Refresh(DateTimeOffset? expires) =>
        new() { Path = RefreshPath, HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Expires = expires };
}
