using System.Security.Cryptography;
using CloudWorkstation.Manager.Registration;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>Names of shares and the secrets of their links.</summary>
internal static class ShareIds
{
    private const int DesktopLength = 12;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static string New(string desktop) => desktop + RandomNumberGenerator.GetString(Alphabet, SortableIds.Length - DesktopLength);

    /// <summary>The desktop that a share's id names; null for what can be no share's id.</summary>
    public static string? DesktopOf(string share) =>
        share.Length == SortableIds.Length && share.All(Alphabet.Contains) && DesktopSecrets.IsId(share[..DesktopLength]) ? share[..DesktopLength] : null;

    /// <summary>A link's token, of 256 random bits, and the hash to store.</summary>
    public static (string Token, string Hash) NewToken(string share) => SecretLinks.New(share);

    /// <summary>Null for what can be no token.</summary>
    public static (string Share, string Secret)? Read(string? token) => token is { Length: <= 128 } ? SecretLinks.Read(token) : null;
}
