using System.Buffers;
using System.Text;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Directories;

/// <summary>What an account looks like in one kind of directory.</summary>
internal interface IAccountShape
{
    /// <value>What the entry's name is made of.</value>
    string NameAttribute { get; }

    /// <summary>The kind's own rules, before anything is asked.</summary>
    IReadOnlyList<FieldError> Check(NewDirectoryUser user);

    IEnumerable<(string Name, byte[][] Values)> Attributes(NewDirectoryUser user);

    /// <summary>Lets the entry that is there sign in; may be repeated.</summary>
    Task<LdapResult> CompleteAsync(LdapConnection connection, string dn, NewDirectoryUser user, CancellationToken cancellationToken);

    /// <summary>Null when a refusal is not about what the person chose.</summary>
    FieldError? Explain(LdapResult refusal);
}

internal static class LdapText
{
    public static byte[][] Values(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The last word is the family's name, as directories must have one.</summary>
    public static string FamilyName(NewDirectoryUser user) => user.DisplayName.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? user.UserName;
}

/// <summary><c>inetOrgPerson</c>. It is made without a password, with which nobody can sign in, and then given one that the server hashes itself.</summary>
internal sealed class OpenLdapShape : IAccountShape
{
    /// <value>Holds the name of the wish that made an entry, in both kinds of directory.</value>
    public const string Mark = "description";

    public string NameAttribute => "uid";

    public IReadOnlyList<FieldError> Check(NewDirectoryUser user) =>
        user.Password.Length == 0 ? [new FieldError("password", "A password is needed.")]
        : user.UserName.Length == 0 ? [new FieldError("userName", "A user name is needed.")]
        : [];

    public IEnumerable<(string Name, byte[][] Values)> Attributes(NewDirectoryUser user) =>
    [
        ("objectClass", LdapText.Values("inetOrgPerson")),
        ("uid", LdapText.Values(user.UserName)),
        ("cn", LdapText.Values(user.DisplayName)),
        ("sn", LdapText.Values(LdapText.FamilyName(user))),
        ("displayName", LdapText.Values(user.DisplayName)),
        ("mail", LdapText.Values(user.Email)),
    ];

    public Task<LdapResult> CompleteAsync(LdapConnection connection, string dn, NewDirectoryUser user, CancellationToken cancellationToken) =>
        connection.SetPasswordAsync(dn, user.Password, cancellationToken);

    public FieldError? Explain(LdapResult refusal) => refusal.Code == LdapCode.ConstraintViolation
        ? new FieldError("password", $"The directory's rules do not allow this password: {refusal.Message}. Choose another.")
        : null;
}

/// <summary>
/// A user of Active Directory. It is made disabled, given its password and then enabled, so that nobody ever signs in to it without one.
/// </summary>
internal sealed class ActiveDirectoryShape(DirectoryProfile profile) : IAccountShape
{
    private const string NormalAccount = "512";
    private const string NormalAccountDisabled = "514";
    private const int LongestName = 20;
    private const string NotInNames = "\"/\\[]:;|=,+*?<>@";
    private static readonly SearchValues<char> Refused = SearchValues.Create(NotInNames);

    public string NameAttribute => "cn";

    public IReadOnlyList<FieldError> Check(NewDirectoryUser user) =>
        user.Password.Length == 0 ? [new FieldError("password", "A password is needed.")]
        : user.UserName.Length is 0 or > LongestName || user.UserName.AsSpan().ContainsAny(Refused) || user.UserName.EndsWith('.')
            ? [new FieldError("userName", $"This directory takes user names of 1 to {LongestName} characters without {NotInNames} and without a full stop at the end.")]
            : [];

    public IEnumerable<(string Name, byte[][] Values)> Attributes(NewDirectoryUser user) =>
    [
        ("objectClass", LdapText.Values("user")),
        ("sAMAccountName", LdapText.Values(user.UserName)),
        ("userPrincipalName", LdapText.Values($"{user.UserName}@{DistinguishedName.Domain(profile.Settings.CreateIn!)}")),
        ("displayName", LdapText.Values(user.DisplayName)),
        ("sn", LdapText.Values(LdapText.FamilyName(user))),
        ("mail", LdapText.Values(user.Email)),
        ("userAccountControl", LdapText.Values(NormalAccountDisabled)),
    ];

    public async Task<LdapResult> CompleteAsync(LdapConnection connection, string dn, NewDirectoryUser user, CancellationToken cancellationToken)
    {
        var set = await connection.ModifyAsync(dn, LdapChange.Replace, "unicodePwd", [Encoding.Unicode.GetBytes($"\"{user.Password}\"")], cancellationToken);
        return set.Succeeded ? await connection.ModifyAsync(dn, LdapChange.Replace, "userAccountControl", LdapText.Values(NormalAccount), cancellationToken) : set;
    }

    /// <summary>Both codes are in use for a password that is too short, too simple or too like the name.</summary>
    public FieldError? Explain(LdapResult refusal) => refusal.Code is LdapCode.ConstraintViolation or LdapCode.UnwillingToPerform
        ? new FieldError("password", "The domain's rules do not allow this password: it needs to be longer, have upper and lower case letters, digits or signs, and not hold the name.")
        : null;
}
