using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    public static string Encrypt(DesktopTarget target, RsaKey proxies)
    {
        var header = Base64UrlStrict.Encode(JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["alg"] = "RSA-OAEP-256", ["enc"] = "A256GCM", ["kid"] = proxies.Kid }));
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
        if (parts.Length != 5 || !Base64UrlStrict.TryDecode(parts[1], out var wrapped) || !Base64UrlStrict.TryDecode(parts[2], out var nonce)
            || !Base64UrlStrict.TryDecode(parts[3], out var cipher) || !Base64UrlStrict.TryDecode(parts[4], out var tag)
            || nonce.Length != NonceBytes || tag.Length != TagBytes)
        {
            return null;
        }

        try
        {
            var contentKey = proxies.Rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
            var plain = new byte[cipher.Length];
            using var aes = new AesGcm(contentKey, TagBytes);
            aes.Decrypt(nonce, cipher, tag, plain, Encoding.ASCII.GetBytes(parts[0]));
            return JsonSerializer.Deserialize<DesktopTarget>(plain, JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }
}
