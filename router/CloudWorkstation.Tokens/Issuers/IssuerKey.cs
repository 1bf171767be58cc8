using System.Security.Cryptography;
using System.Text.Json;

namespace CloudWorkstation.Tokens.Issuers;

/// <summary>
/// A public key of somebody else's (JWK, RFC 7517) that verifies one algorithm: an RSA key RS256, a key on P-256 ES256. The key says the algorithm and
/// never the token (RFC 8725 section 3.1), so that an RSA key is never taken for a shared secret.
/// </summary>
public sealed class IssuerKey : IDisposable
{
    public const string Rs256 = "RS256";
    public const string Es256 = "ES256";

    private const int MaximumBits = 8192;
    private const int MaximumKeys = 50;
    private const int EcSignatureBytes = 64;

    private readonly RSA? rsa;
    private readonly ECDsa? ec;

    private IssuerKey(string? kid, RSA? rsa, ECDsa? ec) => (Kid, this.rsa, this.ec) = (kid, rsa, ec);

    public string? Kid { get; }

    public string Algorithm => rsa is null ? Es256 : Rs256;

    /// <summary>The usable keys of a JWK Set: of another kind, for encryption, too small or malformed ones are left out.</summary>
    /// <returns>Null when the text is no JWK Set.</returns>
    public static IReadOnlyList<IssuerKey>? ReadSet(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Jwt.Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
                ? [.. keys.EnumerateArray().Take(MaximumKeys).Select(Read).OfType<IssuerKey>()]
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Null when the key is not one for signatures that we verify.</summary>
    public static IssuerKey? Read(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || !IsForSignatures(jwk) || !Jwt.Text(jwk, "kty", out var type))
        {
            return null;
        }

        var kid = Jwt.Text(jwk, "kid", out var name) ? name : null;
        try
        {
            return type switch
            {
                "RSA" when Is(jwk, "alg", Rs256) => ReadRsa(jwk, kid),
                "EC" when Is(jwk, "alg", Es256) => ReadEc(jwk, kid),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) => rsa is not null
        ? rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : signature.Length == EcSignatureBytes && ec!.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose()
    {
        rsa?.Dispose();
        ec?.Dispose();
    }

    private static IssuerKey? ReadRsa(JsonElement jwk, string? kid)
    {
        if (!Bytes(jwk, "n", out var modulus) || !Bytes(jwk, "e", out var exponent) || exponent.Length > 8 || modulus.Length > (MaximumBits / 8) + 1)
        {
            return null;
        }

        var key = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        if (key.KeySize is >= RsaKey.MinimumBits and <= MaximumBits)
        {
            return new IssuerKey(kid, key, null);
        }

        key.Dispose();
        return null;
    }

    private static IssuerKey? ReadEc(JsonElement jwk, string? kid) =>
        Jwt.Text(jwk, "crv", out var curve) && curve == "P-256" && Bytes(jwk, "x", out var x) && Bytes(jwk, "y", out var y) && x.Length == 32 && y.Length == 32
            ? new IssuerKey(kid, null, ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }))
            : null;

    private static bool IsForSignatures(JsonElement jwk) =>
        Is(jwk, "use", "sig")
        && (!jwk.TryGetProperty("key_ops", out var operations)
            || (operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify"))));

    /// <summary>A member that is not there forbids nothing.</summary>
    private static bool Is(JsonElement jwk, string member, string value) =>
        !jwk.TryGetProperty(member, out _) || (Jwt.Text(jwk, member, out var text) && string.Equals(text, value, StringComparison.Ordinal));

    private static bool Bytes(JsonElement jwk, string member, out byte[] bytes)
    {
        bytes = [];
        return Jwt.Text(jwk, member, out var text) && text.Length > 0 && Base64UrlStrict.TryDecode(text, out bytes);
    }
}
