using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace CloudWorkstation.Tokens;

/// <summary>Why a token was refused. The names appear in logs and metrics, never the token itself.</summary>
public enum TokenFailure
{
    None,
    Malformed,
    TooLarge,
    Algorithm,
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    Expired,
    NotYetValid,
    MissingClaim,
    Type,
}

/// <summary>
/// JSON Web Tokens (RFC 7519) in JWS compact form (RFC 7515), signed RS256 and nothing else. The verifier never lets the token
/// choose the algorithm (RFC 8725 section 3.1): a header that does not say RS256 is refused before a key is looked up.
/// </summary>
public static class Jwt
{
    /// <summary>Larger tokens are refused unread; browsers cap a cookie near 4 KB and HAProxy's buffer is 16 KB.</summary>
    public const int MaximumLength = 4096;

    /// <summary>Clocks of two hosts may differ by this much in <c>nbf</c> and <c>iat</c>; <c>exp</c> gets no grace.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    internal static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Names stand as UTF-8: HAProxy 2.6 cannot read <c>\u</c> escapes beyond Latin-1, and escapes would only make the token longer.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Signs <paramref name="claims"/>; <c>iss</c>, <c>aud</c>, <c>iat</c> and <c>exp</c> are the caller's to set.</summary>
    /// <exception cref="InvalidOperationException">The token would pass <see cref="MaximumLength"/>.</exception>
    public static string Sign(JsonObject claims, RsaKey key)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = key.Kid };
        var input = Encode(header) + "." + Encode(claims);
        var signature = key.Rsa.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var token = input + "." + Base64UrlStrict.Encode(signature);
        return token.Length <= MaximumLength
            ? token
            : throw new InvalidOperationException($"The token has {token.Length} characters; at most {MaximumLength} fit a cookie. Map fewer groups.");
    }

    /// <summary>Checks form, algorithm, key, signature, issuer, audience and times, in that order.</summary>
    /// <param name="token">The compact serialisation.</param>
    /// <param name="keys">Finds the public key for a <c>kid</c>; null means unknown.</param>
    /// <param name="issuer">The only accepted <c>iss</c>.</param>
    /// <param name="audience">The only accepted <c>aud</c> (a string, not an array).</param>
    /// <param name="now">The current time, UTC.</param>
    /// <param name="claims">The payload when the result is <see cref="TokenFailure.None"/>.</param>
    public static TokenFailure Verify(string token, Func<string, RsaKey?> keys, string issuer, string audience, DateTimeOffset now, out JsonElement claims)
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

        if (!Text(text.Header, "alg", out var alg) || !string.Equals(alg, "RS256", StringComparison.Ordinal) || text.Header.TryGetProperty("crit", out _))
        {
            return TokenFailure.Algorithm;
        }

        if (!Text(text.Header, "kid", out var kid) || keys(kid) is not { } key)
        {
            return TokenFailure.UnknownKey;
        }

        if (!key.Rsa.VerifyData(text.Signed, text.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return TokenFailure.Signature;
        }

        return TryParse(text.Payload, out claims) ? CheckClaims(claims, issuer, audience, now) : TokenFailure.Malformed;
    }

    private static TokenFailure CheckClaims(JsonElement claims, string issuer, string audience, DateTimeOffset now)
    {
        if (!Text(claims, "iss", out var iss) || !string.Equals(iss, issuer, StringComparison.Ordinal))
        {
            return TokenFailure.Issuer;
        }

        if (!Text(claims, "aud", out var aud) || !string.Equals(aud, audience, StringComparison.Ordinal))
        {
            return TokenFailure.Audience;
        }

        if (!Seconds(claims, "exp", out var exp))
        {
            return TokenFailure.MissingClaim;
        }

        if (now >= exp)
        {
            return TokenFailure.Expired;
        }

        if (!claims.TryGetProperty("nbf", out _))
        {
            return TokenFailure.None;
        }

        return Seconds(claims, "nbf", out var nbf) && now + ClockSkew >= nbf ? TokenFailure.None : TokenFailure.NotYetValid;
    }

    /// <summary>Whether a claim is there and a text.</summary>
    public static bool Text(JsonElement element, string name, out string value)
    {
        value = "";
        try
        {
            if (!element.TryGetProperty(name, out var found) || found.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            value = found.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair as an escape (\ud800): JSON's grammar allows it, no string can hold it.
            return false;
        }
    }

    /// <summary>A text, or a list of texts; empty when the claim is missing or anything else.</summary>
    public static IReadOnlyList<string> Texts(JsonElement claims, string name)
    {
        if (Text(claims, name, out var one))
        {
            return [one];
        }

        if (!claims.TryGetProperty(name, out var found) || found.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        try
        {
            return found.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) ? [.. found.EnumerateArray().Select(v => v.GetString()!)] : [];
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }

    internal static bool Seconds(JsonElement element, string name, out DateTimeOffset value)
    {
        value = default;
        if (!element.TryGetProperty(name, out var found) || found.ValueKind != JsonValueKind.Number
            || !found.TryGetInt64(out var seconds) || seconds is < 0 or > 253_402_300_799)
        {
            return false;
        }

        value = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    private static string Encode(JsonObject value) => Base64UrlStrict.Encode(JsonSerializer.SerializeToUtf8Bytes(value, Plain));

    internal static bool TryParse(string part, out JsonElement element)
    {
        element = default;
        if (!Base64UrlStrict.TryDecode(part, out var bytes) || !Utf8.IsValid(bytes))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            element = document.RootElement.Clone();
            return element.ValueKind == JsonValueKind.Object;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
