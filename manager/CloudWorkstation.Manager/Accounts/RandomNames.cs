using System.Security.Cryptography;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>Ids and passwords that nobody can guess.</summary>
internal static class RandomNames
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const string LettersAndDigits = Letters + "0123456789";

    // Without what people confuse when they copy from a screen: 0 o, 1 l i.
    private const string Readable = "abcdefghjkmnpqrstuvwxyz23456789";

    public static string AccountId() => RandomNumberGenerator.GetString(Letters, 1) + RandomNumberGenerator.GetString(LettersAndDigits, 11);

    public static string SessionId() => RandomNumberGenerator.GetString(LettersAndDigits, 24);

    /// <summary>Four groups of five: 99 bits.</summary>
    public static string Password() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Readable, 5)));
}
