using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Tokens;

/// <summary>
/// Encrypts a few bytes under a secret that several processes share: AES-256-GCM (NIST SP 800-38D) with a key that HKDF-SHA256 (RFC 5869)
/// derives for one purpose, bound to the name of what is encrypted. Nonce, cipher text and tag follow each other.
/// </summary>
public static class SecretBox
{
    /// <summary>Purpose: the private key that the api hands to desktop proxies.</summary>
    public const string DesktopProxyKey = "desktop-proxy-key";

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <param name="secret">At least 32 bytes.</param>
    /// <param name="purpose">Keys of different purposes have nothing to do with each other.</param>
    /// <param name="name">What is encrypted; it opens under no other name.</param>
    /// <param name="content">The content.</param>
    public static byte[] Seal(ReadOnlySpan<byte> secret, string purpose, string name, ReadOnlySpan<byte> content)
    {
        var box = new byte[NonceBytes + content.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = Cipher(secret, purpose);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes), content, box.AsSpan(NonceBytes, content.Length), box.AsSpan(NonceBytes + content.Length), Encoding.UTF8.GetBytes(name));
        return box;
    }

    /// <exception cref="CryptographicException">Another secret, purpose or name, or changed since.</exception>
    public static byte[] Open(ReadOnlySpan<byte> secret, string purpose, string name, ReadOnlySpan<byte> box)
    {
        if (box.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("What should be encrypted is too short.");
        }

        var content = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = Cipher(secret, purpose);
        aes.Decrypt(
            box[..NonceBytes], box.Slice(NonceBytes, content.Length), box[(NonceBytes + content.Length)..], content, Encoding.UTF8.GetBytes(name));
        return content;
    }

    private static AesGcm Cipher(ReadOnlySpan<byte> secret, string purpose)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: default, Encoding.UTF8.GetBytes("cloudworkstation/" + purpose));
        try
        {
            return new AesGcm(key, TagBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
