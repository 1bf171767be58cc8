namespace CloudWorkstation.Manager.Accounts.External;

/// <summary>What an authority outside (a provider, a directory) says about a person who has just proved to it who they are.</summary>
public sealed record ExternalIdentity
{
    /// <value>Which authority: <c>oidc:NAME</c> or <c>ldap:NAME</c>.</value>
    public required string Source { get; init; }

    /// <value>
    /// Who stands behind <see cref="Source"/>: the issuer. A provider that is set up again under the same name with another issuer knows other people, whatever it calls
    /// them. Null where the subject is like no other anywhere (a directory's UUIDs).
    /// </value>
    public string? Authority { get; init; }

    /// <value>Who stood behind the source before it moved: an administrator says so, and its people are the same.</value>
    public IReadOnlyList<string> FormerAuthorities { get; init; } = [];

    /// <value>The person's name there that never changes and is never given to anybody else: <c>sub</c>, <c>entryUUID</c>, <c>objectGUID</c>.</value>
    public required string Subject { get; init; }

    /// <value>What a new account is called, made fit and unique; the e-mail's first part, then the subject, stand in for it.</value>
    public string? UserName { get; init; }

    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    /// <value>
    /// Of this authority, complete: a group that is no longer among them is taken from the account. Null when it said nothing about groups this time:
    /// those of the last time stay.
    /// </value>
    public IReadOnlyList<string>? Groups { get; init; } = [];

    /// <value>Roles of an account that is made for this person; <c>admin</c> is never among them.</value>
    public IReadOnlyList<string> RolesOfNewAccount { get; init; } = AccountRoles.User;
}

/// <summary>One person at one authority, as an account knows it.</summary>
/// <param name="Source">As <see cref="ExternalIdentity.Source"/>.</param>
/// <param name="Subject">As <see cref="ExternalIdentity.Subject"/>.</param>
/// <param name="Authority">As <see cref="ExternalIdentity.Authority"/>; null also in accounts from before it was kept, until their next sign-in.</param>
public sealed record IdentityLink(string Source, string Subject, string? Authority = null);

/// <summary>The groups that one authority puts somebody into.</summary>
public sealed record GroupsFrom(string Source, IReadOnlyList<string> Groups);
