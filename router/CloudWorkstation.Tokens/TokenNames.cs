namespace CloudWorkstation.Tokens;

/// <summary>The names that every part of the product agrees on: issuer, audiences, cookies.</summary>
public static class TokenNames
{
    public const string Issuer = "cloudworkstation";
    public const string SessionAudience = "cloudworkstation";
    public const string DesktopAudience = "desktop";

    /// <summary>Session token, HttpOnly, Secure, SameSite=Lax, path <c>/</c>.</summary>
    public const string SessionCookie = "cws_session";

    /// <summary>The server-side session's handle, HttpOnly, Secure, SameSite=Strict, path <c>/auth</c>.</summary>
    public const string RefreshCookie = "cws_refresh";

    /// <summary>
    /// Desktop token, HttpOnly, Secure, SameSite=Strict, path <c>/desktop/ID/</c>. One fixed name: the path already keeps the
    /// desktops' cookies apart, and HAProxy 2.6 reads cookies by literal names only.
    /// </summary>
    public const string DesktopCookie = "cws_desktop";
}
