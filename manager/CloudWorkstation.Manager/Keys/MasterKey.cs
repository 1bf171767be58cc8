using System.Buffers.Text;
using System.Security.Cryptography;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Keys;

/// <summary>One master key. Every document has a key of its own derived from it, so that none stands for another.</summary>
internal sealed class MasterKey
{
    private const int Bytes = 32;
    private const int FingerprintBytes = 12;
    private readonly byte[] secret;

    private MasterKey(byte[] secret)
    {
        this.secret = secret;
        Fingerprint = Base64Url.EncodeToString(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, FingerprintBytes, info: "cloudworkstation/master-fingerprint"u8.ToArray()));
    }

    /// <value>Tells which master key a document is encrypted under, and nothing else about it.</value>
    public string Fingerprint { get; }

    /// <summary>Null when the text is not 32 bytes as base64url.</summary>
    public static MasterKey? TryParse(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        return Base64Url.IsValid(trimmed, out var length) && length == Bytes ? new MasterKey(Base64Url.DecodeFromChars(trimmed)) : null;
    }

    public byte[] Seal(string document, ReadOnlySpan<byte> content) => SecretBox.Seal(secret, document, document, content);

    public byte[] Open(string document, ReadOnlySpan<byte> box) => SecretBox.Open(secret, document, document, box);
}
