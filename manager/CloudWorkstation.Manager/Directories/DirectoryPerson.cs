using System.Globalization;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Directories;

/// <summary>Whether a directory lets somebody in, besides the password.</summary>
internal enum DirectoryStanding
{
    Active,
    Disabled,
    Expired,
    Locked,
    PasswordExpired,

    /// <summary>Not at this hour or not from here.</summary>
    NotNow,
}

/// <summary>An entry read as a person.</summary>
internal sealed record DirectoryPerson(DirectoryEntry Entry, DirectoryStanding Standing);

/// <summary>Reads entries by the names that a profile gives.</summary>
internal static class DirectoryPeople
{
    private const long Disabled = 0x2;
    private const long LockedOut = 0x10;
    private const long SecondsPerDay = 86_400;

    /// <summary>What a search must ask for; some servers give these only by name.</summary>
    public static IReadOnlyList<string> Attributes(DirectoryProfile profile) =>
    [
        .. new[] { profile.UserName, profile.DisplayName, profile.Email, profile.Id, "cn", "memberOf" }.Distinct(StringComparer.OrdinalIgnoreCase),
        .. profile.IsActiveDirectory
            ? (string[])["userAccountControl", "msDS-User-Account-Control-Computed", "accountExpires"]
            : ["pwdAccountLockedTime", "nsAccountLock", "shadowExpire"],
    ];

    /// <summary>Null without what never changes: nobody could be recognised again.</summary>
    public static DirectoryPerson? Read(DirectoryProfile profile, LdapEntry entry, DateTimeOffset now)
    {
        if (IdOf(profile, entry) is not { } id)
        {
            return null;
        }

        var person = new DirectoryEntry(profile.Settings.Name, entry.Dn, id, entry.Text(profile.UserName) ?? DistinguishedName.FirstValue(entry.Dn) ?? id)
        {
            DisplayName = entry.Text(profile.DisplayName) ?? entry.Text("cn"),
            Email = entry.Text(profile.Email),
        };
        return new DirectoryPerson(person, profile.IsActiveDirectory ? StandingInActiveDirectory(entry, now) : StandingElsewhere(entry, now));
    }

    /// <summary>The groups that the entry itself names, by the first value of their names.</summary>
    public static IEnumerable<string> MemberOf(LdapEntry entry) => entry.Texts("memberOf").Select(DistinguishedName.FirstValue).OfType<string>();

    /// <summary>What to search for to find the person again.</summary>
    public static byte[] IdBytes(DirectoryProfile profile, string id) =>
        IsGuid(profile) && Guid.TryParse(id, out var guid) ? guid.ToByteArray() : System.Text.Encoding.UTF8.GetBytes(id);

    private static string? IdOf(DirectoryProfile profile, LdapEntry entry) =>
        !IsGuid(profile) ? entry.Text(profile.Id)
        : entry.Bytes(profile.Id) is [{ Length: 16 } bytes, ..] ? new Guid(bytes).ToString()
        : null;

    private static bool IsGuid(DirectoryProfile profile) => string.Equals(profile.Id, "objectGUID", StringComparison.OrdinalIgnoreCase);

    private static DirectoryStanding StandingInActiveDirectory(LdapEntry entry, DateTimeOffset now)
    {
        var expires = entry.Number("accountExpires") ?? 0;
        return ((entry.Number("userAccountControl") ?? 0) & Disabled) != 0 ? DirectoryStanding.Disabled
            : ((entry.Number("msDS-User-Account-Control-Computed") ?? 0) & LockedOut) != 0 ? DirectoryStanding.Locked
            : expires is > 0 and < long.MaxValue && expires < now.ToFileTime() ? DirectoryStanding.Expired
            : DirectoryStanding.Active;
    }

    private static DirectoryStanding StandingElsewhere(LdapEntry entry, DateTimeOffset now) =>
        entry.Text("nsAccountLock") is { } locked && locked.Equals("true", StringComparison.OrdinalIgnoreCase) ? DirectoryStanding.Disabled
        : entry.Number("shadowExpire") is { } days and >= 0 && days < now.ToUnixTimeSeconds() / SecondsPerDay ? DirectoryStanding.Expired
        : entry.Text("pwdAccountLockedTime") is { } since ? (since.StartsWith("0000", StringComparison.Ordinal) ? DirectoryStanding.Disabled : DirectoryStanding.Locked)
        : DirectoryStanding.Active;

    /// <summary>What Active Directory says about a bind that it refused: <c>…, data 533, …</c>. Null for a wrong name or password.</summary>
    public static DirectoryStanding? StandingOf(LdapResult result)
    {
        const string marker = ", data ";
        var begin = result.Message.IndexOf(marker, StringComparison.Ordinal);
        var text = begin < 0 ? "" : result.Message[(begin + marker.Length)..].Split(',', 2)[0].Trim();
        return int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var data) ? Meaning(data) : null;
    }

    private static DirectoryStanding? Meaning(int data) => data switch
    {
        0x530 or 0x531 => DirectoryStanding.NotNow,
        0x532 or 0x773 => DirectoryStanding.PasswordExpired,
        0x533 => DirectoryStanding.Disabled,
        0x701 => DirectoryStanding.Expired,
        0x775 => DirectoryStanding.Locked,
        _ => null,
    };
}
