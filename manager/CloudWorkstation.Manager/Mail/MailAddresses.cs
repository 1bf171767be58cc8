using System.Buffers;
using System.Globalization;

namespace CloudWorkstation.Manager.Mail;

/// <summary>
/// What an e-mail address may look like: RFC 5321's plain form, nothing quoted, no comments. The domain is brought to the ASCII form that
/// the mail is sent to (IDNA), so that what is compared is what gets the mail: a look-alike of a domain is another domain.
/// </summary>
public static class MailAddresses
{
    private const int LongestAddress = 254;
    private const int LongestLocalPart = 64;
    private const int LongestDomain = 253;

    private static readonly SearchValues<char> Local = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.");
    private static readonly SearchValues<char> Domain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Local part as written, domain in lower-case ASCII; null when it is no address that a mail can be sent to.</summary>
    public static string? Normalize(string? address)
    {
        var text = address?.Trim() ?? "";
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (text.Length > LongestAddress || at is < 1 or > LongestLocalPart || !IsLocalPart(text.AsSpan(0, at)))
        {
            return null;
        }

        return NormalizeDomain(text[(at + 1)..]) is { } domain && at + 1 + domain.Length <= LongestAddress ? $"{text[..at]}@{domain}" : null;
    }

    /// <summary>The same for all spellings that reach one mailbox at any server we know of: the key under which an address is found.</summary>
    public static string? Key(string? address) => Normalize(address)?.ToLowerInvariant();

    public static string DomainOf(string normalized) => normalized[(normalized.LastIndexOf('@') + 1)..];

    /// <summary>Lower-case ASCII with at least two labels; null when it is no domain name.</summary>
    public static string? NormalizeDomain(string? domain)
    {
        var text = domain?.Trim().ToLowerInvariant() ?? "";
        if (text.Length is 0 or > LongestDomain)
        {
            return null;
        }

        try
        {
            var ascii = Idn.GetAscii(text).ToLowerInvariant();
            return IsDomain(ascii) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local) =>
        !local.ContainsAnyExcept(Local) && local[0] != '.' && local[^1] != '.' && local.IndexOf("..", StringComparison.Ordinal) < 0;

    private static bool IsDomain(string ascii)
    {
        var labels = ascii.Split('.');
        return ascii.Length <= LongestDomain && !ascii.AsSpan().ContainsAnyExcept(Domain) && labels.Length >= 2
            && labels.All(l => l.Length is >= 1 and <= 63 && l[0] != '-' && l[^1] != '-')
            && !labels[^1].All(char.IsAsciiDigit);
    }
}
