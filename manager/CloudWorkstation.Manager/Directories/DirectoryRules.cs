using System.Security.Cryptography;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Directories;

/// <summary>The rules of the section <c>directories</c>; each broken one is reported, with the field, what it is and what to do.</summary>
internal static class DirectoryRules
{
    private const int MostDirectories = 20;
    private const int LongestName = 32;
    private const int LongestTimeout = 30;

    public static IReadOnlyList<FieldError> Check(DirectoriesSettings settings)
    {
        var errors = new List<FieldError>();
        if (settings.Directories.Count > MostDirectories)
        {
            errors.Add(new FieldError("directories", $"There are {settings.Directories.Count} directories; at most {MostDirectories} can be asked one after the other. Take some away."));
        }

        for (var i = 0; i < settings.Directories.Count; i++)
        {
            var directory = settings.Directories[i];
            var field = $"directories[{i}]";
            errors.AddRange(CheckOne(directory).Select(e => new FieldError($"{field}.{e.Field}", e.Message)));
            if (settings.Directories.Take(i).Any(d => d.Name == directory.Name))
            {
                errors.Add(new FieldError(field + ".name", $"Another directory is called '{directory.Name}' already. Choose another name."));
            }
        }

        return errors;
    }

    /// <summary>The fields without the list's position.</summary>
    public static IEnumerable<FieldError> CheckOne(DirectorySettings directory) =>
        [.. Name(directory), .. Address(directory), .. Certificates(directory), .. SearchAccount(directory), .. People(directory), .. Groups(directory), .. Accounts(directory)];

    private static IEnumerable<FieldError> Name(DirectorySettings directory)
    {
        if (directory.Name.Length is 0 or > LongestName || !directory.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            yield return new FieldError("name", $"'{directory.Name}' is no name: 1 to {LongestName} lower-case letters, digits and hyphens, for example 'corp'.");
        }

        if (directory.Title is { Length: > 64 } title)
        {
            yield return new FieldError("title", $"The title has {title.Length} characters; at most 64 are shown. Shorten it.");
        }

        if (directory.TimeoutSeconds is < 1 or > LongestTimeout)
        {
            yield return new FieldError("timeoutSeconds", $"{directory.TimeoutSeconds} seconds; people wait that long when the directory is down, so choose 1 to {LongestTimeout}.");
        }
    }

    private static IEnumerable<FieldError> Address(DirectorySettings directory)
    {
        if (!Uri.TryCreate(directory.Url, UriKind.Absolute, out var url) || url.Scheme is not ("ldap" or "ldaps") || url.IdnHost.Length == 0
            || url.PathAndQuery.Trim('/').Length > 0 || url.UserInfo.Length > 0)
        {
            yield return new FieldError("url", $"'{directory.Url}' is no address of a directory. Write ldaps://HOST or ldaps://HOST:PORT.");
            yield break;
        }

        if (url.Scheme == "ldaps" && directory.StartTls)
        {
            yield return new FieldError("startTls", "ldaps:// is encrypted from the first byte, so there is nothing to start. Turn startTls off, or write ldap://.");
        }

        if (url.Scheme == "ldap" && !directory.StartTls && !directory.AllowUnencrypted)
        {
            yield return new FieldError("url", "ldap:// sends every password in clear. Write ldaps://, or turn startTls on; for a directory on this very machine allowUnencrypted may be set.");
        }

        if (directory.AllowUnencrypted && (url.Scheme == "ldaps" || directory.StartTls))
        {
            yield return new FieldError("allowUnencrypted", "The connection is encrypted, so that nothing needs to be allowed. Turn allowUnencrypted off.");
        }
    }

    private static IEnumerable<FieldError> Certificates(DirectorySettings directory)
    {
        if (string.IsNullOrWhiteSpace(directory.CaCertificates))
        {
            yield break;
        }

        string? wrong = null;
        try
        {
            DirectoryProfile.ReadCertificates(directory.CaCertificates);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            wrong = e.Message;
        }

        if (wrong is not null)
        {
            yield return new FieldError("caCertificates", $"No certificates can be read ({wrong}). Paste them as PEM (-----BEGIN CERTIFICATE-----), or give the path of a file with them on the api's machine.");
        }
    }

    private static IEnumerable<FieldError> SearchAccount(DirectorySettings directory)
    {
        var named = !string.IsNullOrWhiteSpace(directory.BindDn);
        if (named && directory.BindPassword is null or { IsKept: false } && string.IsNullOrEmpty(directory.BindPassword?.Reveal()))
        {
            yield return new FieldError("bindPassword", "An account without a password is let in as nobody in particular. Give the password of the account that searches.");
        }

        if (!named && directory.BindPassword is not null)
        {
            yield return new FieldError("bindDn", "There is a password and no account to use it with. Name the account that searches, for example cn=search,dc=example,dc=org, or remove the password.");
        }
    }

    private static IEnumerable<FieldError> People(DirectorySettings directory)
    {
        if (!DistinguishedName.IsOne(directory.BaseDn))
        {
            yield return new FieldError("baseDn", $"'{directory.BaseDn}' is no name of an entry. Write where people are, for example ou=people,dc=example,dc=org.");
        }

        if (Filter("userFilter", directory.UserFilter, "(&(objectClass=person)(uid={user}))", "{user}") is { } wrong)
        {
            yield return wrong;
        }

        (string Field, string? Value)[] attributes =
        [
            ("userNameAttribute", directory.UserNameAttribute), ("displayNameAttribute", directory.DisplayNameAttribute), ("emailAttribute", directory.EmailAttribute),
            ("idAttribute", directory.IdAttribute), ("groupNameAttribute", directory.GroupNameAttribute),
        ];
        foreach (var (field, value) in attributes)
        {
            if (!string.IsNullOrWhiteSpace(value) && !value.Trim().All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
            {
                yield return new FieldError(field, $"'{value}' is no name of an attribute: letters, digits and hyphens, for example mail.");
            }
        }
    }

    private static IEnumerable<FieldError> Groups(DirectorySettings directory)
    {
        if (directory.Groups == DirectoryGroups.Search)
        {
            if (Filter("groupFilter", directory.GroupFilter, "(&(objectClass=groupOfNames)(member={dn}))", "{dn}", "{user}") is { } wrong)
            {
                yield return wrong;
            }

            if (!string.IsNullOrWhiteSpace(directory.GroupBaseDn) && !DistinguishedName.IsOne(directory.GroupBaseDn))
            {
                yield return new FieldError("groupBaseDn", $"'{directory.GroupBaseDn}' is no name of an entry. Write where groups are, for example ou=groups,dc=example,dc=org.");
            }
        }

        if (directory.NestedGroups && (directory.Kind != DirectoryKind.ActiveDirectory || directory.Groups != DirectoryGroups.Search))
        {
            yield return new FieldError("nestedGroups", "Only Active Directory follows groups within groups, and only in a search. Set kind to activeDirectory and groups to search, or turn nestedGroups off.");
        }
    }

    private static IEnumerable<FieldError> Accounts(DirectorySettings directory)
    {
        if (directory.DefaultRoles.Contains("admin", StringComparer.OrdinalIgnoreCase))
        {
            yield return new FieldError("defaultRoles", "Nobody becomes an administrator by being in a directory. Give the role admin to one of its groups instead.");
        }

        if (directory.CreateIn is { Length: > 0 } place && !DistinguishedName.IsOne(place))
        {
            yield return new FieldError("createIn", $"'{place}' is no name of an entry. Write where new accounts belong, for example ou=people,dc=example,dc=org.");
        }

        if (directory is { Kind: DirectoryKind.ActiveDirectory, AllowUnencrypted: true, CreateIn.Length: > 0 })
        {
            yield return new FieldError("createIn", "Active Directory takes passwords of new accounts over an encrypted connection only. Write ldaps://, or turn startTls on.");
        }

        if (directory.CreateInGroups.FirstOrDefault(g => g.Trim().Length > 0 && !DistinguishedName.IsOne(g)) is { } group)
        {
            yield return new FieldError("createInGroups", $"'{group}' is no name of an entry. Write whole names, for example cn=staff,ou=groups,dc=example,dc=org.");
        }
    }

    /// <summary>Null when it can be used: it can be read, and asks for somebody in particular.</summary>
    private static FieldError? Filter(string field, string? text, string example, params string[] names)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            LdapFilter.Parse(text.Trim(), [.. names.Select(n => (n.Trim('{', '}'), (LdapValue)"x"))]);
        }
        catch (FormatException e)
        {
            return new FieldError(field, $"The filter cannot be read: {e.Message}. Write it as in {example}.");
        }

        return names.Any(n => text.Contains(n, StringComparison.Ordinal))
            ? null
            : new FieldError(field, $"The filter finds the same for everybody. Put {string.Join(" or ", names)} where the person belongs, as in {example}.");
    }
}
