using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Api.Desktops;

/// <summary>The answer to who may connect: the right itself goes into a cookie for that desktop alone.</summary>
internal static class ConnectionAnswers
{
    public static IResult Created(HttpContext http, ConnectionGrant grant)
    {
        http.Response.Cookies.Append(TokenNames.DesktopCookie, grant.Token, CookieFor(grant.Desktop, grant.ExpiresAt));
        var url = $"/desktop/{grant.Desktop}/{(grant.Engine == ScreenEngine.Guacamole ? "guacamole" : "vnc")}";
        return Results.Created(url, new ConnectionAnswer(grant.ConnectionId, url, grant.ExpiresAt, grant.Session, grant.Access, grant.Engine, grant.Engines));
    }

    private static CookieOptions CookieFor(string desktop, DateTimeOffset expires) =>
        new() { Path = $"/desktop/{desktop}/", HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Expires = expires };
}
