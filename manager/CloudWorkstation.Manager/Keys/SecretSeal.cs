using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Keys;

/// <summary>Encrypts texts at rest with the installation's key: what a document must hold and nobody may read out of it.</summary>
internal sealed class SecretSeal
{
    private readonly Lazy<byte[]> key;

    /// <summary>The first use waits for the key: the store that holds it may be set up only after the process's parts were put together.</summary>
    public SecretSeal(ISecretsKey source) =>
        key = new Lazy<byte[]>(() => source.LoadAsync(CancellationToken.None).GetAwaiter().GetResult(), LazyThreadSafetyMode.PublicationOnly);

    /// <param name="purpose">A word for the feature; keys of different purposes have nothing to do with each other.</param>
    /// <param name="name">What is encrypted, for example the document's id; it opens under no other name.</param>
    /// <param name="text">The content.</param>
    /// <returns>Base64url.</returns>
    public string Seal(string purpose, string name, string text) =>
        Base64Url.EncodeToString(SecretBox.Seal(key.Value, purpose, name, Encoding.UTF8.GetBytes(text)));

    /// <exception cref="CryptographicException">Another key, purpose or name, or changed since.</exception>
    public string Open(string purpose, string name, string box) => Base64Url.IsValid(box)
        ? Encoding.UTF8.GetString(SecretBox.Open(key.Value, purpose, name, Base64Url.DecodeFromChars(box)))
        : throw new CryptographicException($"What should be the encrypted {name} is no base64url.");
}
