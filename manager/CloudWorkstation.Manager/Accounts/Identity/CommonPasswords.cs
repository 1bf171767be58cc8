using System.Collections.Frozen;

namespace CloudWorkstation.Manager.Accounts.Identity;

/// <summary>
/// Passwords that are long enough and still guessed first: a well-known word or keyboard walk with digits, signs or look-alike letters
/// around it, once or repeated.
/// </summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> Cores = FrozenSet.ToFrozenSet(
        [
            "abc", "abcd", "abcdef", "abcdefgh", "abcdefghijkl", "admin", "administrator", "asdf", "asdfgh", "asdfghjkl", "baseball", "changeit",
            "changeme", "cloudworkstation", "company", "computer", "default", "desktop", "dragon", "football", "guest", "hello", "helloworld",
            "iloveyou", "letmein", "login", "master", "mypassword", "monkey", "pass", "passphrase", "passw", "password", "passwort", "princess",
            "qazwsx", "qazwsxedc", "qwer", "qwert", "qwerty", "qwertyuiop", "qwertz", "root", "secret", "shadow", "spring", "summer", "autumn",
            "winter", "sunshine", "superman", "temp", "temporary", "test", "trustno", "user", "welcome", "workstation", "zxcvbn", "zxcvbnm",
        ],
        StringComparer.Ordinal);

    public static bool Contains(string password)
    {
        var lower = password.ToLowerInvariant();
        var end = lower.AsSpan().LastIndexOfAnyInRange('a', 'z') + 1;
        return end == 0 ? IsWalk(password) : IsCommon(Letters(lower)) || IsCommon(Read(lower)) || IsCommon(Read(lower[..end]));
    }

    private static string Letters(string text) => new([.. text.Where(char.IsAsciiLetter)]);

    /// <summary>As a person reads it: p4ssw0rd is password.</summary>
    private static string Read(string text) => Letters(new string([.. text.Select(LookAlike)]));

    private static bool IsCommon(string letters) => Cores.Contains(letters) || Cores.Contains(Once(letters));

    /// <summary>The shortest piece that the whole is a repetition of.</summary>
    private static string Once(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.Length % length == 0 && text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length)))
            {
                return text[..length];
            }
        }

        return text;
    }

    // Digits without letters: counting up or down, or one piece over and over.
    private static bool IsWalk(string password)
    {
        var digits = new string([.. password.Where(char.IsAsciiDigit)]);
        return digits.Length > 0 && digits.Length >= password.Length - 2
            && ("012345678901234567890123456789".Contains(digits, StringComparison.Ordinal)
                || "987654321098765432109876543210".Contains(digits, StringComparison.Ordinal)
                || Once(digits).Length <= 6);
    }

    private static char LookAlike(char character) => character switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => character,
    };
}
