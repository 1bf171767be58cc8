using System.Text.Json.Nodes;

namespace CloudWorkstation.Tokens;

/// <summary>Where a desktop's screen is served and the secret that opens it. Only the desktop proxies can read it.</summary>
/// <param name="Host">Host name or address as the proxy dials it.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Protocol"><c>vnc</c>, <c>rdp</c> or <c>ssh</c>.</param>
/// <param name="Secret">The password; for SSH also a private key.</param>
/// <param name="Parameters">More of what guacd asks for, by its names: what the template allowed itself. Null for none.</param>
public sealed record DesktopTarget(string Host, int Port, string Protocol, string Secret, IReadOnlyDictionary<string, string>? Parameters = null);

/// <summary>The right to open one connection to one desktop, for <see cref="ExpiresAt"/> − now, once.</summary>
/// <param name="Subject">Account id of the person who connects.</param>
/// <param name="SessionId">The session it was issued in.</param>
/// <param name="Desktop">Desktop id; must equal the path's segment.</param>
/// <param name="Connection">Connection id, the name under which the proxy opens, reports and closes it.</param>
/// <param name="TokenId"><c>jti</c>; single use.</param>
/// <param name="EncryptedTarget">A <see cref="DesktopTarget"/> as JWE, see <see cref="TargetCipher"/>.</param>
/// <param name="ExpiresAt">UTC, whole seconds.</param>
public sealed record DesktopToken(
    string Subject,
    string SessionId,
    string Desktop,
    string Connection,
    string TokenId,
    string EncryptedTarget,
    DateTimeOffset ExpiresAt)
{
    /// <value>The share that lets a guest in; null for a token of the desktop's owner. The edge lets in nobody else's tokens but those with one.</value>
    public string? Share { get; init; }

    public string Sign(RsaKey key)
    {
        var claims = new JsonObject
        {
            ["iss"] = TokenNames.Issuer,
            ["aud"] = TokenNames.DesktopAudience,
            ["sub"] = Subject,
            ["sid"] = SessionId,
            ["desktop"] = Desktop,
            ["connection"] = Connection,
            ["jti"] = TokenId,
            ["enc"] = EncryptedTarget,
            ["exp"] = ExpiresAt.ToUnixTimeSeconds(),
        };
        if (Share is not null)
        {
            claims["share"] = Share;
        }

        return Jwt.Sign(claims, key);
    }

    /// <summary>Verifies a token; the result is null and <paramref name="failure"/> says why when it is refused.</summary>
    public static DesktopToken? Verify(string token, Func<string, RsaKey?> keys, DateTimeOffset now, out TokenFailure failure)
    {
        failure = Jwt.Verify(token, keys, TokenNames.Issuer, TokenNames.DesktopAudience, now, out var claims);
        if (failure != TokenFailure.None)
        {
            return null;
        }

        if (Jwt.Text(claims, "sub", out var subject) && Jwt.Text(claims, "sid", out var session)
            && Jwt.Text(claims, "desktop", out var desktop) && Jwt.Text(claims, "connection", out var connection)
            && Jwt.Text(claims, "jti", out var id) && Jwt.Text(claims, "enc", out var target) && Jwt.Seconds(claims, "exp", out var expires))
        {
            return new DesktopToken(subject, session, desktop, connection, id, target, expires) { Share = Jwt.Text(claims, "share", out var share) ? share : null };
        }

        failure = TokenFailure.MissingClaim;
        return null;
    }
}
