using System.Globalization;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>Domains of e-mail addresses, compared whole and in their ASCII form: <c>evil-example.org</c> is not <c>example.org</c>.</summary>
internal static class EmailDomains
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public static bool IsDomain(string text) => Ascii(text) is { } ascii && ascii.Contains('.', StringComparison.Ordinal);

    public static bool Contains(IReadOnlyList<string> domains, string email) =>
        Ascii(email[(email.LastIndexOf('@') + 1)..]) is { } domain && domains.Any(d => string.Equals(Ascii(d), domain, StringComparison.Ordinal));

    private static string? Ascii(string domain)
    {
        try
        {
            return Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
