using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>What people call their desktops: 1 to 60 visible characters.</summary>
public static class DesktopNames
{
    public const int MaximumLength = 60;

    /// <summary>Trims and normalises a name, or says everything that is wrong with it.</summary>
    public static bool TryClean(string? text, out string name, out string problem)
    {
        name = "";
        problem = "";
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = $"The name is empty. Give it 1 to {MaximumLength} characters.";
            return false;
        }

        // Before normalising: work on a huge text must not be done for a stranger.
        if (text.Length > MaximumLength * 8)
        {
            problem = TooLong(text.Length);
            return false;
        }

        if (!IsWellFormed(text))
        {
            problem = "The name holds half of a surrogate pair. Remove the broken character.";
            return false;
        }

        // Composes characters where the process has Unicode tables; under invariant globalisation text outside ASCII stays as it came,
        // which the console has composed already.
        var cleaned = text.Trim().Normalize(NormalizationForm.FormC);
        var length = cleaned.EnumerateRunes().Count();
        var bad = cleaned.EnumerateRunes().Where(IsInvisible).Select(r => $"U+{r.Value:X4}").Distinct().Take(3).ToList();
        problem = (length > MaximumLength ? TooLong(length) : "")
            + (bad.Count > 0 ? $" The name holds characters that cannot be seen or that change the direction of text ({string.Join(", ", bad)}). Remove them." : "");
        problem = problem.Trim();
        name = cleaned;
        return problem.Length == 0;
    }

    private static string TooLong(int length) => $"The name has {length} characters; at most {MaximumLength} are allowed. Shorten it.";

    // Format characters include every bidirectional control, zero-width joiners and byte order marks.
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}

/// <summary>Desktop ids and screen passwords: from the system's random source, never from a client.</summary>
public static class DesktopSecrets
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private const string LettersAndDigits = Letters + "0123456789";

    /// <summary>12 characters: safe as a DNS label, a path segment, a tag and a file name.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(Letters, 1) + RandomNumberGenerator.GetString(LettersAndDigits, 11);

    public static bool IsId(string? text) =>
        text is { Length: 12 } && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <summary>8 characters: VNC authentication uses no more.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(LettersAndDigits + Letters.ToUpperInvariant(), 8);
}
