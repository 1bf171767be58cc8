using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Keys;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>
/// Encrypts screen passwords at rest: AES-256-GCM with the installation's key, bound to the desktop's id, so that a value copied to another
/// document does not open.
/// </summary>
public sealed class SecretProtector : IDisposable
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    // One cipher has one context in the library below: two threads in it at once mix up each other's data.
    private readonly Lock gate = new();
    private readonly Lazy<AesGcm> cipher;

    /// <summary>The first use waits for the key: the store that holds it may be set up only after the process's parts were put together.</summary>
    internal SecretProtector(ISecretsKey source) => cipher = new Lazy<AesGcm>(() => Load(source), LazyThreadSafetyMode.PublicationOnly);

    public string Protect(string secret, string desktop)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var aes = cipher.Value;
        lock (gate)
        {
            aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(desktop));
        }

        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <exception cref="CryptographicException">Not encrypted here for this desktop, or changed since.</exception>
    public string Open(string protectedSecret, string desktop)
    {
        var bytes = Base64Url.IsValid(protectedSecret) ? Base64Url.DecodeFromChars(protectedSecret) : [];
        if (bytes.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException($"The secret of desktop {desktop} is not readable.");
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        var sealedText = bytes.AsSpan(NonceBytes, plain.Length);
        var aes = cipher.Value;
        lock (gate)
        {
            aes.Decrypt(bytes.AsSpan(0, NonceBytes), sealedText, bytes.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(desktop));
        }

        return Encoding.UTF8.GetString(plain);
    }

    public void Dispose()
    {
        if (cipher.IsValueCreated)
        {
            cipher.Value.Dispose();
        }
    }

    private static AesGcm Load(ISecretsKey source)
    {
        var key = source.LoadAsync(CancellationToken.None).GetAwaiter().GetResult();
        var aes = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }
}
