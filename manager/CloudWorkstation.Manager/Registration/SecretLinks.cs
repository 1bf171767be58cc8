using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Secrets that people carry: <c>ID.SECRET</c>, of which the store has the id and a hash.</summary>
internal static class SecretLinks
{
    private const int Bytes = 32;

    /// <summary>A new secret with the hash to store.</summary>
    public static (string Token, string Hash) New(string id)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        return ($"{id}.{secret}", Hash(secret));
    }

    /// <summary>Null when it cannot be one.</summary>
    public static (string Id, string Secret)? Read(string? token)
    {
        var parts = (token ?? "").Split('.');
        return parts is [{ Length: SortableIds.Length } id, { Length: 43 } secret] && id.All(char.IsAsciiLetterOrDigit) ? (id, secret) : null;
    }

    public static bool Matches(string secret, string? hash) =>
        hash is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}
