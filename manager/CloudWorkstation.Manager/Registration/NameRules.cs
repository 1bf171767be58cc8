using System.Collections.Frozen;
using System.IO.Enumeration;
using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Which user names people may give themselves.</summary>
internal static class NameRules
{
    private const int Shortest = 2;

    /// <summary>Names that people trust, or that systems use, compared without regard to dots, hyphens and look-alikes.</summary>
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "abuse", "account", "accounts", "admin", "administration", "administrator", "admins", "anonymous", "api", "audit", "auditor", "billing", "cloudworkstation",
        "daemon", "everyone", "ftp", "guest", "helpdesk", "host", "hostmaster", "info", "it", "itsupport", "krbtgt", "login", "mail", "mailerdaemon", "me", "moderator",
        "news", "nobody", "noreply", "null", "office", "operator", "owner", "password", "postmaster", "registration", "root", "security", "self", "server", "service",
        "signin", "staff", "sudo", "superuser", "support", "sysadmin", "sysop", "system", "team", "test", "undefined", "unknown", "user", "users", "webmaster", "www",
    }.Select(Skeleton).ToFrozenSet(StringComparer.Ordinal);

    public static bool IsPattern(string pattern) =>
        pattern.Length is >= 1 and <= UserNames.MaximumLength && pattern.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '*');

    /// <summary>Null when the name may be registered, else why not. Says nothing of names that are taken.</summary>
    public static string? Refusal(string name, RegistrationSettings settings)
    {
        if (!UserNames.IsValid(name) || name.Length < Shortest || name.Contains('@', StringComparison.Ordinal) || !char.IsAsciiLetter(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return $"A user name has {Shortest} to {UserNames.MaximumLength} characters: letters a to z, digits, and . _ - inside; it begins with a letter.";
        }

        var listed = settings.NamesAllowed.Any(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        if ((Reserved.Contains(Skeleton(name)) && !listed) || settings.NamesDenied.Any(p => Matches(p, name)))
        {
            return "This user name is reserved. Choose another.";
        }

        return settings.NamesAllowed.Count > 0 && !settings.NamesAllowed.Any(p => Matches(p, name)) ? "This user name is not among those that may be registered here." : null;
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);

    /// <summary>What a name looks like at a glance: <c>adm1n</c> and <c>a.d.m.i.n</c> are <c>admin</c>.</summary>
    private static string Skeleton(string name) => new([.. name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Select(LookAlike)]);

    private static char LookAlike(char character) => character switch
    {
        '0' => 'o',
        '1' or 'l' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        _ => character,
    };
}
