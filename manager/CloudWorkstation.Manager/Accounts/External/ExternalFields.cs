using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Accounts.External;

/// <summary>
/// Makes what comes from outside fit the rules of our fields. Nobody there can be asked to mend a value, so that one which cannot be used is left
/// out instead of keeping the person out.
/// </summary>
internal static class ExternalFields
{
    private const int MaximumDisplayName = 128;
    private const int MaximumSubject = 1024;
    private const int MaximumGroup = 256;

    /// <summary>More are cut, those first that no rule names.</summary>
    private const int MaximumGroups = 200;

    public static bool IsSubject(string subject) => subject.Length is > 0 and <= MaximumSubject;

    /// <summary>Candidates for the user name, best first.</summary>
    public static IEnumerable<string> Names(ExternalIdentity identity)
    {
        string?[] wishes = [identity.UserName, identity.Email?.Split('@')[0], identity.DisplayName, identity.Subject, "user"];
        var name = wishes.Select(Name).First(n => n.Length > 0);
        yield return name;
        for (var number = 2; number < 10; number++)
        {
            yield return $"{name}-{number}";
        }

        while (true)
        {
            yield return $"{name}-{RandomNames.AccountId()[..6]}";
        }
    }

    public static string? DisplayName(string? text)
    {
        var clean = AccountFields.Clean(text is null ? null : new string([.. text.Where(c => !char.IsControl(c))]));
        return clean is { Length: > MaximumDisplayName } ? null : clean;
    }

    public static string? Email(string? text) => AccountFields.Clean(text) is { } clean && AccountFields.IsEmail(clean) ? clean : null;

    public static IReadOnlyList<string> Groups(IReadOnlyList<string> groups, AccessRules rules) =>
    [
        .. groups.Where(IsGroup).Distinct(StringComparer.Ordinal)
            .OrderByDescending(rules.Groups.ContainsKey).ThenBy(g => g, StringComparer.Ordinal)
            .Take(MaximumGroups)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>An account from outside is an administrator only by a group that an administrator has named.</summary>
    public static IReadOnlyList<string> Roles(IReadOnlyList<string> wanted, AccessRules rules)
    {
        var known = wanted.Where(r => r != AccountRoles.AdminRole && rules.Roles.ContainsKey(r)).ToList();
        return AccountRoles.Normalize(known, rules) ?? AccountRoles.User;
    }

    private static bool IsGroup(string name) => name.Length is > 0 and <= MaximumGroup && name == name.Trim() && !name.Any(c => c == ',' || char.IsControl(c));

    /// <summary>Without what a user name must not hold; room is left for a suffix.</summary>
    private static string Name(string? text)
    {
        var fit = new string([.. (text ?? "").Trim().Take(UserNames.MaximumLength - 8).Select(c => UserNames.IsAllowed(c) ? c : '-')]).Trim('-', '.', '@');
        return fit.Any(char.IsAsciiLetterOrDigit) ? fit : "";
    }
}
