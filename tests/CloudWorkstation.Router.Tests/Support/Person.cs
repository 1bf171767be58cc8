using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Router.Tests.Support;

/// <summary>An account with a session, and the tokens that the api would give it.</summary>
internal sealed record Person(string Id, string Name, params string[] Roles)
{
    public string SessionId { get; init; } = "s-" + Guid.NewGuid().ToString("N");

    /// <value>The share for which the person's desktop tokens are; null for those of an owner.</value>
    public string? Share { get; init; }

    public string[] Groups { get; init; } = ["staff", "design"];

    public string Token(RsaKey key, TimeSpan? lifetime = null) =>
        new SessionToken(Id, Name, Groups, Roles, SessionId, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow + (lifetime ?? TimeSpan.FromMinutes(5))).Sign(key);

    public string DesktopToken(RsaKey key, string desktop, TimeSpan? lifetime = null) =>
        new DesktopToken(Id, SessionId, desktop, "c-1", Guid.NewGuid().ToString("N"), "enc", DateTimeOffset.UtcNow + (lifetime ?? TimeSpan.FromMinutes(1))) { Share = Share }.Sign(key);

    /// <summary>The claims of a good session token, to be spoilt.</summary>
    public JsonObject Claims() => new()
    {
        ["iss"] = TokenNames.Issuer,
        ["aud"] = TokenNames.SessionAudience,
        ["sub"] = Id,
        ["name"] = Name,
        ["grps"] = string.Join(',', Groups),
        ["roles"] = string.Join(',', Roles),
        ["sid"] = SessionId,
        ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
    };

    public JsonObject DesktopClaims(string desktop) => new()
    {
        ["iss"] = TokenNames.Issuer,
        ["aud"] = TokenNames.DesktopAudience,
        ["sub"] = Id,
        ["sid"] = SessionId,
        ["desktop"] = desktop,
        ["connection"] = "c-1",
        ["jti"] = "j-1",
        ["enc"] = "enc",
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds(),
    };
}

/// <summary>Tokens that nobody should accept.</summary>
internal static class Forgery
{
    /// <summary>A token with any header, signed by whatever <paramref name="sign"/> does.</summary>
    public static string Token(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var input = Encode(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return input + "." + Encode(sign(Encoding.ASCII.GetBytes(input)));
    }

    public static byte[] None(byte[] input) => [];

    public static Func<byte[], byte[]> HmacWithPublicKey(RsaKey key) => input => HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.PublicPem()), input);

    public static Func<byte[], byte[]> Rsa(RsaKey key) => input => key.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>What a forger or a fault may do to a good token, by name.</summary>
    public static string Spoil(string kind, JsonObject claims, RsaKey current, RsaKey stranger)
    {
        string Good(JsonObject c) => Token(Header("RS256", current.Kid), c, Rsa(current));
        string Without(string claim)
        {
            claims.Remove(claim);
            return Good(claims);
        }

        string With(string claim, JsonNode value)
        {
            claims[claim] = value;
            return Good(claims);
        }

        return kind switch
        {
            "empty" => "",
            "rubbish" => "rubbish",
            "two dots" => "..",
            "truncated" => Good(claims)[..^20],
            "without signature" => Good(claims)[..(Good(claims).LastIndexOf('.') + 1)],
            "zero signature" => Token(Header("RS256", current.Kid), claims, _ => new byte[256]),
            "tampered payload" => Tamper(Good(claims)),
            "alg none" => Token(Header("none", current.Kid), claims, None),
            "alg None" => Token(Header("None", current.Kid), claims, None),
            "HS256 with the public key" => Token(Header("HS256", current.Kid), claims, HmacWithPublicKey(current)),
            "RS512 header" => Token(Header("RS512", current.Kid), claims, Rsa(current)),
            "stranger's key" => Token(Header("RS256", current.Kid), claims, Rsa(stranger)),
            "unknown kid" => Token(Header("RS256", stranger.Kid), claims, Rsa(stranger)),
            "kid is a path" => Token(Header("RS256", "keys/a.pem"), claims, Rsa(current)),
            "no kid" => Token(new JsonObject { ["alg"] = "RS256" }, claims, Rsa(current)),
            "other slot's kid" => Token(Header("RS256", "key-2"), claims, Rsa(current)),
            "expired" => With("exp", DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeSeconds()),
            "exp zero" => With("exp", 0),
            "exp negative" => With("exp", -1),
            "without exp" => Without("exp"),
            "other issuer" => With("iss", "somebody"),
            "without issuer" => Without("iss"),
            "other audience" => With("aud", "elsewhere"),
            "without audience" => Without("aud"),
            "audience list" => With("aud", new JsonArray("cloudworkstation", "desktop")),
            "without sub" => Without("sub"),
            "without sid" => Without("sid"),
            "oversized" => With("pad", new string('x', 5000)),
            "huge" => With("pad", new string('x', 9000)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    public static readonly string[] Kinds =
    [
        "empty", "rubbish", "two dots", "truncated", "without signature", "zero signature", "tampered payload", "alg none", "alg None",
        "HS256 with the public key", "RS512 header", "stranger's key", "unknown kid", "kid is a path", "no kid", "other slot's kid", "expired", "exp zero",
        "exp negative", "without exp", "other issuer", "without issuer", "other audience", "without audience", "audience list", "without sub", "without sid",
        "oversized", "huge",
    ];

    private static JsonObject Header(string alg, string kid) => new() { ["alg"] = alg, ["typ"] = "JWT", ["kid"] = kid };

    private static string Tamper(string token)
    {
        var parts = token.Split('.');
        var payload = Encoding.UTF8.GetString(Convert.FromBase64String(Pad(parts[1])));
        parts[1] = Encode(Encoding.UTF8.GetBytes(payload.Replace("\"roles\":\"", "\"roles\":\"admin,", StringComparison.Ordinal).Replace("\"sub\":\"", "\"sub\":\"x", StringComparison.Ordinal)));
        return string.Join('.', parts);
    }

    private static string Pad(string text) => text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
