using System.Buffers.Text;
using System.Security.Cryptography;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>Data keys: one for each recording, sealed in its document, and told to the desktop proxy under the proxies' own key.</summary>
internal sealed class RecordingKeys(SecretSeal seal, IKeyRing ring)
{
    private const string Purpose = "recordings";
    private readonly Lock oneAtATime = new();

    public (string Sealed, string ForProxy) Make(string recording)
    {
        var key = RandomNumberGenerator.GetBytes(ChunkSeal.KeyBytes);
        try
        {
            lock (oneAtATime)
            {
                return (
                    seal.Seal(Purpose, recording, Base64Url.EncodeToString(key)),
                    Base64Url.EncodeToString(ring.DesktopProxyKey.Rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256)));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <exception cref="CryptographicException">The installation's key is another one than when it was sealed.</exception>
    public AesGcm Open(Recording recording)
    {
        var key = Base64Url.DecodeFromChars(seal.Open(Purpose, recording.Id, recording.SealedKey));
        try
        {
            return new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
