using System.Reflection;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Accounts;

public sealed record ChangePasswordRequest
{
    public required string CurrentPassword { get; init; }

    public required string NewPassword { get; init; }
}

/// <summary>The session the request was made in.</summary>
public sealed record MySession(string Id, DateTimeOffset ExpiresAt);

/// <summary>The caller.</summary>
public sealed record Me
{
    private static readonly string ProductVersion =
        typeof(Me).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public required string Id { get; init; }

    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    public required IReadOnlyList<string> Groups { get; init; }

    /// <value>What the roles allow; a page hides what is not among them.</value>
    public required IReadOnlyList<string> Permissions { get; init; }

    public required bool MustChangePassword { get; init; }

    /// <value>False for who signs in with a provider or a directory alone: there is no password here to change.</value>
    public required bool HasPassword { get; init; }

    public MySession? Session { get; init; }

    public required IReadOnlyList<QuotaUse> Quota { get; init; }

    /// <value>Of the product.</value>
    public required string Version { get; init; }

    public static Me From(Account account, Actor actor, MySession? session, IReadOnlyList<QuotaUse> quota) => new()
    {
        Id = account.Id,
        UserName = account.UserName,
        DisplayName = account.DisplayName,
        Roles = actor.Roles,
        Groups = account.Groups,
        Permissions = [.. actor.Access.Permissions],
        HasPassword = account.HasPassword,
        MustChangePassword = account.MustChangePassword,
        Session = session,
        Quota = quota,
        Version = ProductVersion,
    };
}

/// <summary>An account as administrators see it.</summary>
public sealed record AccountModel
{
    public required string Id { get; init; }

    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    /// <value>The local ones and those of <c>externalGroups</c>.</value>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <value>The groups that providers and directories say, by source.</value>
    public required IReadOnlyList<GroupsFrom> ExternalGroups { get; init; }

    /// <value>Through what the person signs in besides a password: <c>oidc:NAME</c>, <c>ldap:NAME</c>.</value>
    public required IReadOnlyList<string> Sources { get; init; }

    public required bool Disabled { get; init; }

    public required bool MustChangePassword { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <value>A second factor is set up.</value>
    public required bool SecondFactor { get; init; }

    public required AccountKind Kind { get; init; }

    /// <value>What a service account is for, and who answers for it.</value>
    public string? Purpose { get; init; }

    /// <value>What the ETag is made of.</value>
    public required long Version { get; init; }

    public static AccountModel From(AccountView view) => new()
    {
        Id = view.Account.Id,
        UserName = view.Account.UserName,
        DisplayName = view.Account.DisplayName,
        Email = view.Account.Email,
        Roles = view.Account.Roles,
        Groups = view.Account.Groups,
        ExternalGroups = view.Account.ExternalGroups,
        Sources = view.Account.Sources,
        Disabled = view.Account.Disabled,
        MustChangePassword = view.Account.MustChangePassword,
        CreatedAt = view.Account.CreatedAt,
        LastSignInAt = view.Account.LastSignInAt,
        LockedUntil = view.Account.LockedUntil,
        SecondFactor = view.Account.SecondFactor,
        Kind = view.Account.Kind,
        Purpose = view.Account.Purpose,
        Version = view.Version,
    };
}

public sealed record CreateAccountRequest
{
    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    /// <value>Left out, one is generated, shown once, and has to be changed at the first sign-in.</value>
    public string? Password { get; init; }

    /// <value><c>user</c> when left out.</value>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <value>Names of groups; none when left out.</value>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <value><c>person</c> when left out. A <c>service</c> account has no password and nobody signs in with it; it gets API tokens.</value>
    public AccountKind? Kind { get; init; }

    /// <value>What a service account is for and who answers for it; needed for one.</value>
    public string? Purpose { get; init; }
}

/// <summary>What to change; members that are left out stay as they are.</summary>
public sealed record ChangeAccountRequest
{
    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    public IReadOnlyList<string>? Roles { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    public bool? Disabled { get; init; }

    /// <value>What a service account is for and who answers for it.</value>
    public string? Purpose { get; init; }

    /// <value>Generates a new password, ends the sessions, lifts a lockout.</value>
    public bool? ResetPassword { get; init; }
}

/// <param name="Account">As it is now.</param>
/// <param name="GeneratedPassword">Shown this once.</param>
public sealed record AccountAnswer(AccountModel Account, string? GeneratedPassword)
{
    public static AccountAnswer From(CreatedAccount created) => new(AccountModel.From(created.Account), created.GeneratedPassword);
}
