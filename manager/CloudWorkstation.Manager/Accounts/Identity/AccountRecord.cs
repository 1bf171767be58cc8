using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Identity;

/// <summary>An account as stored, with what nobody outside this room sees. Mutable, because ASP.NET Core Identity sets members one by one.</summary>
internal sealed class AccountRecord
{
    public required string Id { get; init; }

    public required string UserName { get; set; }

    public string NormalizedUserName { get; set; } = "";

    public string? DisplayName { get; set; }

    public string? Email { get; set; }

    public AccountKind Kind { get; init; }

    /// <value>What a service account is for, and who answers for it.</value>
    public string? Purpose { get; set; }

    public string? PasswordHash { get; set; }

    /// <value>Changes with everything that must end the account's sessions; a session carries the stamp it was started with.</value>
    public string SecurityStamp { get; set; } = "";

    public IReadOnlyList<string> Roles { get; set; } = AccountRoles.User;

    /// <value>The groups that an administrator put the account into; <see cref="AllGroups"/> is what counts.</value>
    public IReadOnlyList<string> Groups { get; set; } = [];

    /// <value>Who the person is at providers and directories.</value>
    public IReadOnlyList<IdentityLink> Identities { get; set; } = [];

    /// <value>The groups that each of those said at the last sign-in.</value>
    public IReadOnlyList<GroupsFrom> ExternalGroups { get; set; } = [];

    public bool Disabled { get; set; }

    public bool MustChangePassword { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; set; }

    /// <value>
    /// Ids of the sessions begun last, newest first. The list of an account's sessions may be a moment behind; ending all of them must not be.
    /// </value>
    public IReadOnlyList<string> RecentSessions { get; set; } = [];

    public LockoutState Lockout { get; set; } = LockoutState.None;

    public AccountFactors Factors { get; set; } = AccountFactors.None;

    /// <value>Ids of the API tokens made, newest first; which of them still count, their documents say.</value>
    public IReadOnlyList<string> Tokens { get; set; } = [];

    /// <value>Tokens made before are void: disabling an account ends them for good.</value>
    public DateTimeOffset? TokensFrom { get; set; }

    /// <value>Raised by changes an administrator makes, not by sign-ins, so that an ETag outlives a sign-in.</value>
    public long Revision { get; set; } = 1;

    /// <value>The document's version, as read.</value>
    [JsonIgnore]
    public long Version { get; set; }

    /// <value>Writes that go into the same commit as this account's next one: audit entry, session, admin count.</value>
    [JsonIgnore]
    public List<DocumentWrite> Also { get; } = [];

    [JsonIgnore]
    public bool IsService => Kind == AccountKind.Service;

    /// <value>Somebody who can sign in and administer: a service account cannot be the last one.</value>
    [JsonIgnore]
    public bool IsEnabledAdmin => !Disabled && !IsService && Roles.Contains(AccountRoles.AdminRole, StringComparer.Ordinal);

    /// <value>Local and external ones.</value>
    [JsonIgnore]
    public IReadOnlyList<string> AllGroups => ExternalGroups.Count == 0 ? Groups : AccountFields.Distinct([.. Groups, .. ExternalGroups.SelectMany(g => g.Groups)]);

    [JsonIgnore]
    public string AuditTarget => "account/" + Id;

    public Account ToAccount(DateTimeOffset now) => new()
    {
        Id = Id,
        UserName = UserName,
        DisplayName = DisplayName,
        Email = Email,
        Roles = Roles,
        Groups = AllGroups,
        ExternalGroups = ExternalGroups,
        Sources = [.. Identities.Select(i => i.Source)],
        HasPassword = PasswordHash is not null,
        Disabled = Disabled,
        MustChangePassword = MustChangePassword,
        CreatedAt = CreatedAt,
        LastSignInAt = LastSignInAt,
        LockedUntil = Lockout.IsLocked(now) ? Lockout.LockedUntil : null,
        SecondFactor = Factors.AreSet,
        Kind = Kind,
        Purpose = Purpose,
    };

    public AccountView ToView(DateTimeOffset now) => new(ToAccount(now), Revision);

    public Actor ToActor(string? sessionId, string? address) => new(Id, UserName, Roles, AllGroups, sessionId, address) { MustChangePassword = MustChangePassword };
}
