using System.Text.Json;

namespace CloudWorkstation.Tokens.Issuers;

/// <summary>What a token of somebody else must be to be taken.</summary>
/// <param name="Issuer">The only accepted <c>iss</c>, compared character by character.</param>
/// <param name="Audience">Must be <c>aud</c> or stand in it.</param>
public sealed record IssuerRules(string Issuer, string Audience)
{
    /// <value>Accepted <c>typ</c> headers, without <c>application/</c> and without regard to case. The default value is <c>JWT</c> alone.</value>
    public IReadOnlyList<string> Types { get; init; } = ["JWT"];

    /// <value>Whether <c>exp</c> may be missing. The default value is <see langword="false"/>.</value>
    public bool MayLackExpiry { get; init; }

    /// <value>Longest time since <c>iat</c>; null for any.</value>
    public TimeSpan? MaximumAge { get; init; }
}

/// <summary>Verifies JWTs that another party issued: ID tokens, access tokens and logout tokens of OpenID providers.</summary>
public static class IssuerToken
{
    /// <summary>Larger ones are refused unread. Providers write groups into their tokens, so that they outgrow ours.</summary>
    public const int MaximumLength = 32 * 1024;

    /// <summary>A provider's clock may be this much ahead of ours; <c>exp</c> gets no grace.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    /// <summary>Checks form, type, algorithm, key, signature, issuer, audience and times, in that order.</summary>
    /// <param name="token">The compact serialisation.</param>
    /// <param name="keys">The issuer's keys.</param>
    /// <param name="rules">What it must be.</param>
    /// <param name="now">The current time, UTC.</param>
    /// <param name="claims">The payload when the result is <see cref="TokenFailure.None"/>.</param>
    public static TokenFailure Verify(string token, IReadOnlyList<IssuerKey> keys, IssuerRules rules, DateTimeOffset now, out JsonElement claims)
    {
        claims = default;
        if (token.Length > MaximumLength)
        {
            return TokenFailure.TooLarge;
        }

        if (!SignedText.TryRead(token, out var text))
        {
            return TokenFailure.Malformed;
        }

        var failure = CheckSignature(text, keys, rules);
        return failure != TokenFailure.None ? failure
            : Jwt.TryParse(text.Payload, out claims) ? CheckClaims(claims, rules, now)
            : TokenFailure.Malformed;
    }

    /// <summary>The issuer that a token names, to find out whose keys to ask; nothing of it is verified.</summary>
    public static string? PeekIssuer(string token) =>
        token.Length <= MaximumLength && SignedText.TryRead(token, out var text) && Jwt.TryParse(text.Payload, out var claims) && Jwt.Text(claims, "iss", out var issuer)
            ? issuer
            : null;

    private static TokenFailure CheckSignature(SignedText text, IReadOnlyList<IssuerKey> keys, IssuerRules rules)
    {
        if (!HasType(text.Header, rules.Types))
        {
            return TokenFailure.Type;
        }

        if (!Jwt.Text(text.Header, "alg", out var algorithm) || algorithm is not (IssuerKey.Rs256 or IssuerKey.Es256) || text.Header.TryGetProperty("crit", out _))
        {
            return TokenFailure.Algorithm;
        }

        var kid = Jwt.Text(text.Header, "kid", out var name) ? name : null;
        var named = keys.Where(k => kid is null || k.Kid is null || string.Equals(k.Kid, kid, StringComparison.Ordinal)).ToList();
        if (named.Count == 0)
        {
            return TokenFailure.UnknownKey;
        }

        var fit = named.Where(k => string.Equals(k.Algorithm, algorithm, StringComparison.Ordinal)).ToList();
        return fit.Count == 0 ? TokenFailure.Algorithm
            : fit.Any(k => k.Verifies(text.Signed, text.Signature)) ? TokenFailure.None
            : TokenFailure.Signature;
    }

    private static TokenFailure CheckClaims(JsonElement claims, IssuerRules rules, DateTimeOffset now)
    {
        if (!Jwt.Text(claims, "iss", out var issuer) || !string.Equals(issuer, rules.Issuer, StringComparison.Ordinal))
        {
            return TokenFailure.Issuer;
        }

        if (!Jwt.Texts(claims, "aud").Contains(rules.Audience, StringComparer.Ordinal))
        {
            return TokenFailure.Audience;
        }

        return CheckTimes(claims, rules, now);
    }

    private static TokenFailure CheckTimes(JsonElement claims, IssuerRules rules, DateTimeOffset now)
    {
        var expires = claims.TryGetProperty("exp", out _);
        if ((!expires && !rules.MayLackExpiry) || !Jwt.Seconds(claims, "iat", out var issued))
        {
            return TokenFailure.MissingClaim;
        }

        if (expires && (!Jwt.Seconds(claims, "exp", out var exp) || now >= exp))
        {
            return TokenFailure.Expired;
        }

        if (issued > now + ClockSkew || (claims.TryGetProperty("nbf", out _) && (!Jwt.Seconds(claims, "nbf", out var nbf) || nbf > now + ClockSkew)))
        {
            return TokenFailure.NotYetValid;
        }

        return rules.MaximumAge is { } age && now - issued > age ? TokenFailure.Expired : TokenFailure.None;
    }

    /// <summary>A logout token must not pass for an ID token, nor the other way round (RFC 8725 section 3.11). Plain tokens often have no type.</summary>
    private static bool HasType(JsonElement header, IReadOnlyList<string> types)
    {
        if (!header.TryGetProperty("typ", out _))
        {
            return types.Contains("JWT", StringComparer.Ordinal);
        }

        const string Prefix = "application/";
        return Jwt.Text(header, "typ", out var type)
            && types.Contains(type.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? type[Prefix.Length..] : type, StringComparer.OrdinalIgnoreCase);
    }
}
