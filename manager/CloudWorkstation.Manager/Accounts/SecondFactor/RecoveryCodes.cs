using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

/// <summary>Ten codes to write down, each good once, for the day the phone is gone. Only their hashes are kept.</summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    private const int Length = 12;

    // Without what people confuse when they copy from paper: 0 o, 1 l i.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>59 random bits each, in three groups of four.</summary>
    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(_ =>
    {
        var text = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{text[..4]}-{text[4..8]}-{text[8..]}";
    })];

    public static bool LooksLikeOne(string text) => Normalize(text).Length == Length;

    /// <param name="text">As somebody typed it.</param>
    /// <param name="account">Each account's hashes are its own.</param>
    public static string Hash(string text, string account) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}:{Normalize(text)}")));

    private static string Normalize(string text) => new([.. text.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]);
}
