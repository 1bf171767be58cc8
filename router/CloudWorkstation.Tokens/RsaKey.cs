using System.Security.Cryptography;

namespace CloudWorkstation.Tokens;

/// <summary>An RSA key pair or public key with the name (<c>kid</c>, RFC 7515 section 4.1.4) that tokens refer to it by.</summary>
/// <param name="Kid">Key id: <c>[a-z0-9-]</c>, at most 40 characters.</param>
/// <param name="Rsa">At least 2048 bits; smaller keys are refused.</param>
public sealed record RsaKey(string Kid, RSA Rsa) : IDisposable
{
    public const int MinimumBits = 2048;

    public RSA Rsa { get; } = Rsa.KeySize >= MinimumBits
        ? Rsa
        : throw new CryptographicException($"The key '{Kid}' has {Rsa.KeySize} bits; at least {MinimumBits} are required.");

    /// <summary>Creates a new key pair.</summary>
    public static RsaKey Create(string kid) => new(kid, RSA.Create(MinimumBits));

    /// <summary>Reads a private or public key from its PEM text (PKCS#8 or SubjectPublicKeyInfo).</summary>
    public static RsaKey FromPem(string kid, string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return new RsaKey(kid, rsa);
    }

    /// <summary>The public half as SubjectPublicKeyInfo PEM, which HAProxy's <c>jwt_verify</c> reads.</summary>
    public string PublicPem() => Rsa.ExportSubjectPublicKeyInfoPem() + "\n";

    public void Dispose() => Rsa.Dispose();
}
