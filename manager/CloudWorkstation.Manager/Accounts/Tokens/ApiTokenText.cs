using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Accounts.Tokens;

/// <summary>
/// The text of a token: <c>cwsp_</c> for a person's or <c>cwss_</c> for a service account's, its id (12 characters), its secret (30, 178 bits)
/// and a checksum (6) by which a scanner of source code tells a real one from what only looks like it, without asking us.
/// </summary>
internal sealed record ApiTokenText(string Text, string Id)
{
    private const int IdLength = 12;
    private const int SecretLength = 30;
    private const int ChecksumLength = 6;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static ApiTokenText New(bool service)
    {
        var id = RandomNames.AccountId();
        var body = PrefixOf(service, id) + RandomNumberGenerator.GetString(Alphabet, SecretLength);
        return new ApiTokenText(body + Checksum(body), id);
    }

    /// <summary>Null for anything that cannot be a token.</summary>
    public static ApiTokenText? Parse(string text)
    {
        const int prefix = 5;
        if (!ApiTokenPrefixes.Begin(text) || text.Length != prefix + IdLength + SecretLength + ChecksumLength || !text.Skip(prefix).All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        return Checksum(text[..^ChecksumLength]) == text[^ChecksumLength..] ? new ApiTokenText(text, text.Substring(prefix, IdLength)) : null;
    }

    public static string PrefixOf(bool service, string id) => (service ? ApiTokenPrefixes.Service : ApiTokenPrefixes.Person) + id;

    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>The first 32 bits of the SHA-256 of everything before, in base 62.</summary>
    private static string Checksum(string body)
    {
        var number = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(body)));
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--)
        {
            digits[i] = Alphabet[(int)(number % Alphabet.Length)];
            number /= (uint)Alphabet.Length;
        }

        return new string(digits);
    }
}
