using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudWorkstation.Tokens;

/// <summary>Who is signed in, as the session token says it.</summary>
/// <param name="Subject">Account id.</param>
/// <param name="Name">User name.</param>
/// <param name="Groups">Group names without commas.</param>
/// <param name="Roles">Role names without commas, for example <c>user</c>, <c>admin</c>.</param>
/// <param name="SessionId">Server-side session; revoked by this id.</param>
/// <param name="IssuedAt">UTC, whole seconds.</param>
/// <param name="ExpiresAt">UTC, whole seconds.</param>
public sealed record SessionToken(
    string Subject,
    string Name,
    IReadOnlyList<string> Groups,
    IReadOnlyList<string> Roles,
    string SessionId,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt)
{
    /// <summary>Groups and roles are comma-separated scalars because HAProxy 2.6 reads array claims as empty.</summary>
    public string Sign(RsaKey key) => Jwt.Sign(
        new JsonObject
        {
            ["iss"] = TokenNames.Issuer,
            ["aud"] = TokenNames.SessionAudience,
            ["sub"] = Subject,
            ["name"] = Name,
            ["grps"] = Join(Groups),
            ["roles"] = Join(Roles),
            ["sid"] = SessionId,
            ["iat"] = IssuedAt.ToUnixTimeSeconds(),
            ["exp"] = ExpiresAt.ToUnixTimeSeconds(),
        },
        key);

    /// <summary>Verifies a token; the result is null and <paramref name="failure"/> says why when it is refused.</summary>
    public static SessionToken? Verify(string token, Func<string, RsaKey?> keys, DateTimeOffset now, out TokenFailure failure)
    {
        failure = Jwt.Verify(token, keys, TokenNames.Issuer, TokenNames.SessionAudience, now, out var claims);
        if (failure != TokenFailure.None)
        {
            return null;
        }

        var parsed = Parse(claims);
        failure = parsed is null ? TokenFailure.MissingClaim : TokenFailure.None;
        return parsed;
    }

    private static SessionToken? Parse(JsonElement claims) =>
        Jwt.Text(claims, "sub", out var subject) && subject.Length > 0
        && Jwt.Text(claims, "name", out var name)
        && Jwt.Text(claims, "grps", out var groups)
        && Jwt.Text(claims, "roles", out var roles)
        && Jwt.Text(claims, "sid", out var session) && session.Length > 0
        && Jwt.Seconds(claims, "iat", out var issued)
        && Jwt.Seconds(claims, "exp", out var expires)
            ? new SessionToken(subject, name, Split(groups), Split(roles), session, issued, expires)
            : null;

    private static string Join(IReadOnlyList<string> values) => values.Any(v => v.Contains(',', StringComparison.Ordinal))
        ? throw new ArgumentException("Group and role names cannot contain a comma.", nameof(values))
        : string.Join(',', values);

    private static string[] Split(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
