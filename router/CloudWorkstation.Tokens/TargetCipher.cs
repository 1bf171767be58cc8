using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CloudWorkstation.Tokens;

/// <summary>
/// Encrypts a <see cref="DesktopTarget"/> to the desktop proxies as JWE compact serialisation (RFC 7516 section 3.1) with
/// <c>alg</c> RSA-OAEP-256 and <c>enc</c> A256GCM (RFC 7518 sections 4.3 and 5.3).
/// </summary>
public static class TargetCipher
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const string KeyAlgorithm = "RSA-OAEP-256";
    private const string ContentAlgorithm = "A256GCM";

    /// <summary>A target with a member missing, null, of another kind or standing twice is none.</summary>
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    public static string Encrypt(DesktopTarget target, RsaKey proxies)
    {
        var header = Base64UrlStrict.Encode(JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["alg"] = KeyAlgorithm, ["enc"] = ContentAlgorithm, ["kid"] = proxies.Kid }));
        var plain = JsonSerializer.SerializeToUtf8Bytes(target, JsonSerializerOptions.Web);
        var contentKey = RandomNumberGenerator.GetBytes(KeyBytes);
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var cipher = new byte[plain.Length];
        var tag = new byte[TagBytes];
        using (var aes = new AesGcm(contentKey, TagBytes))
        {
            aes.Encrypt(nonce, plain, cipher, tag, Encoding.ASCII.GetBytes(header));
        }

        var wrapped = proxies.Rsa.Encrypt(contentKey, RSAEncryptionPadding.OaepSHA256);
        CryptographicOperations.ZeroMemory(contentKey);
        CryptographicOperations.ZeroMemory(plain);
        return string.Join('.', header, Base64UrlStrict.Encode(wrapped), Base64UrlStrict.Encode(nonce), Base64UrlStrict.Encode(cipher), Base64UrlStrict.Encode(tag));
    }

    /// <summary>Null for anything that was not encrypted to <paramref name="proxies"/> whole and unchanged.</summary>
    public static DesktopTarget? Decrypt(string text, RsaKey proxies)
    {
        var parts = text.Split('.');
        if (parts.Length != 5 || text.Length > Jwt.MaximumLength || !IsOurs(parts[0]) || !Base64UrlStrict.TryDecode(parts[1], out var wrapped) || !Base64UrlStrict.TryDecode(parts[2], out var nonce)
            || !Base64UrlStrict.TryDecode(parts[3], out var cipher) || !Base64UrlStrict.TryDecode(parts[4], out var tag)
            || nonce.Length != NonceBytes || tag.Length != TagBytes)
        {
            return null;
        }

        try
        {
            var contentKey = proxies.Rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
            if (contentKey.Length != KeyBytes)
            {
                return null;
            }

            var plain = new byte[cipher.Length];
            using var aes = new AesGcm(contentKey, TagBytes);
            aes.Decrypt(nonce, cipher, tag, plain, Encoding.ASCII.GetBytes(parts[0]));
            var target = JsonSerializer.Deserialize<DesktopTarget>(plain, Strict);
            CryptographicOperations.ZeroMemory(plain);
            return target is { Host.Length: > 0, Port: > 0 and <= ushort.MaxValue } ? target : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The algorithms are ours to choose, not the text's (RFC 8725 section 3.1); extensions like <c>zip</c> and <c>crit</c> are not ours.</summary>
    private static bool IsOurs(string header) =>
        Jwt.TryParse(header, out var parsed)
        && Jwt.Text(parsed, "alg", out var alg) && string.Equals(alg, KeyAlgorithm, StringComparison.Ordinal)
        && Jwt.Text(parsed, "enc", out var enc) && string.Equals(enc, ContentAlgorithm, StringComparison.Ordinal)
        && !parsed.TryGetProperty("zip", out _) && !parsed.TryGetProperty("crit", out _);
}
