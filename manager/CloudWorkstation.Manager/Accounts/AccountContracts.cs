using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>Who stands behind an account.</summary>
public enum AccountKind
{
    Person,

    /// <summary>A program: no password, no sign-in, only API tokens that administrators give it.</summary>
    Service,
}

/// <summary>A person who may sign in, or a program that may call the API.</summary>
public sealed record Account
{
    public required string Id { get; init; }

    /// <value>1 to 64 characters of <c>[a-zA-Z0-9._@-]</c>; unique without regard to case.</value>
    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    /// <value>Its own; groups may give it more.</value>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <value>The local ones and those that providers and directories say.</value>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <value>Those of <see cref="Groups"/> that come from outside, and from where.</value>
    public IReadOnlyList<GroupsFrom> ExternalGroups { get; init; } = [];

    /// <value>Through what the person signs in besides a password: <c>oidc:NAME</c>, <c>ldap:NAME</c>.</value>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <value>Whether it has a password of its own, which its owner can change.</value>
    public bool HasPassword { get; init; }

    public bool Disabled { get; init; }

    public bool MustChangePassword { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <value>A second factor is set up.</value>
    public bool SecondFactor { get; init; }

    public AccountKind Kind { get; init; }

    /// <value>What a service account is for, and who answers for it.</value>
    public string? Purpose { get; init; }
}

/// <summary>An account with the version its ETag is made of.</summary>
public sealed record AccountView(Account Account, long Version);

public sealed record CreateAccount(string UserName, string? DisplayName, string? Email, string? Password, IReadOnlyList<string> Roles)
{
    public IReadOnlyList<string>? Groups { get; init; }

    public AccountKind Kind { get; init; }

    /// <value>Service accounts need one.</value>
    public string? Purpose { get; init; }
}

/// <summary>A created account; the password is set only when it was generated, and shown once.</summary>
public sealed record CreatedAccount(AccountView Account, string? GeneratedPassword);

public sealed record ChangeAccount
{
    public string? DisplayName { get; init; }

    public string? Email { get; init; }

    public IReadOnlyList<string>? Roles { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    public bool? Disabled { get; init; }

    public string? Purpose { get; init; }

    /// <value>Sets a new generated password, ends the sessions, lifts a lockout.</value>
    public bool ResetPassword { get; init; }

    public long? IfVersion { get; init; }
}

/// <summary>Accounts, for admins; and one's own password.</summary>
public interface IAccountService
{
    Task<Outcome<CreatedAccount>> CreateAsync(Actor actor, CreateAccount request, CancellationToken cancellationToken);

    Task<Outcome<AccountView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);

    Task<Outcome<Listing<AccountView>>> ListAsync(Actor actor, string? search, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>The account that somebody means by an id or a user name; null when there is none, or the actor may not know.</summary>
    Task<string?> FindIdAsync(Actor actor, string idOrUserName, CancellationToken cancellationToken);

    /// <summary>Refuses to take the last admin away. Disabling or re-roling ends the account's sessions at once.</summary>
    Task<Outcome<CreatedAccount>> ChangeAsync(Actor actor, string id, ChangeAccount change, CancellationToken cancellationToken);

    /// <summary>Checks the current password; ends the account's other sessions.</summary>
    Task<Outcome<bool>> ChangePasswordAsync(Actor actor, string currentPassword, string newPassword, CancellationToken cancellationToken);

    /// <summary>
    /// Creates the first administrator when there is no account at all: as the settings <c>FirstAdmin</c> say, or <c>admin</c> with a
    /// generated password. Returns the password then, else null. Of processes that start at once, one creates it.
    /// </summary>
    Task<string?> EnsureFirstAdminAsync(CancellationToken cancellationToken);
}

/// <summary>A server-side session as its owner or an admin sees it.</summary>
public sealed record SessionInfo(
    string Id,
    string AccountId,
    string UserName,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastRefreshAt,
    DateTimeOffset ExpiresAt,
    string? Address,
    string? UserAgent)
{
    /// <value>How the person proved who they are: <c>password</c>, <c>oidc:NAME</c>, <c>ldap:NAME</c>.</value>
    public string? Method { get; init; }
}

/// <summary>What a sign-in or a refresh gives.</summary>
/// <param name="SessionToken">Signed, 5 minutes.</param>
/// <param name="SessionTokenExpiresAt">UTC.</param>
/// <param name="RefreshToken">Opaque, rotated at every refresh; its hash is stored.</param>
/// <param name="RefreshExpiresAt">UTC; 12 hours after sign-in.</param>
/// <param name="Account">Who.</param>
/// <param name="SessionId">The session.</param>
public sealed record SignedIn(
    string SessionToken,
    DateTimeOffset SessionTokenExpiresAt,
    string RefreshToken,
    DateTimeOffset RefreshExpiresAt,
    Account Account,
    string SessionId)
{
    /// <value>The person with what the access rules give them.</value>
    public required Actor Actor { get; init; }
}

/// <summary>
/// Sessions. Every way to sign in ends in <see cref="ISignInCompletion"/>.
/// </summary>
public interface ISessionService
{
    /// <summary>
    /// Password sign-in with lockout. Wrong name and wrong password give the same answer in the same time.
    /// </summary>
    Task<Outcome<SignInStep>> SignInAsync(string userName, string password, string? address, string? userAgent, CancellationToken cancellationToken);

    /// <summary>A used refresh token that comes back (outside a short overlap) ends the session: it was copied.</summary>
    Task<Outcome<SignedIn>> RefreshAsync(string refreshToken, CancellationToken cancellationToken);

    /// <summary>Verifies a session token against keys, session and account as they are now.</summary>
    Task<Outcome<Actor>> AuthenticateAsync(string sessionToken, string? address, CancellationToken cancellationToken);

    Task SignOutAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>For people to read; a session that another process has just begun or ended may still be missing or be there.</summary>
    Task<IReadOnlyList<SessionInfo>> ListAsync(Actor actor, string accountId, CancellationToken cancellationToken);

    /// <summary>The session if it lives, as it is at this moment; for whoever decides by it.</summary>
    Task<SessionInfo?> FindLiveAsync(string accountId, string sessionId, CancellationToken cancellationToken);

    Task<Outcome<bool>> EndAsync(Actor actor, string sessionId, CancellationToken cancellationToken);
}

/// <summary>A key that tokens are or were signed with.</summary>
/// <param name="Kid">Key id.</param>
/// <param name="Slot"><c>a</c>, <c>b</c> or <c>c</c>: the literal file in HAProxy's configuration that holds it.</param>
/// <param name="State"><c>next</c> (published, not yet signing), <c>current</c>, <c>previous</c> (still verified).</param>
/// <param name="PublicPem">SubjectPublicKeyInfo PEM.</param>
public sealed record PublishedKey(string Kid, string Slot, string State, string PublicPem);

/// <summary>The token signing keys and their rotation: next → current → previous, three slots.</summary>
public interface IKeyRing
{
    RsaKey Current { get; }

    /// <value>The desktop proxies' public key for <see cref="TargetCipher"/>.</value>
    RsaKey DesktopProxyKey { get; }

    RsaKey? Find(string kid);

    IReadOnlyList<PublishedKey> Published { get; }

    /// <summary>After a rotation is stored and in force; handlers must be quick and must not throw.</summary>
    event EventHandler? Changed
    {
        add { }
        remove { }
    }

    /// <summary>Rotates now; refused while the key before last may still be in use (two token lifetimes since the last rotation).</summary>
    Task<Outcome<IReadOnlyList<PublishedKey>>> RotateAsync(Actor actor, CancellationToken cancellationToken);
}

/// <summary>Told when sessions end, so that the router and live connections hear of it.</summary>
public interface ISessionEndings
{
    /// <summary>Called after the end of a session is stored.</summary>
    void SessionEnded(string sessionId, DateTimeOffset tokensValidUntil, string reason);
}

/// <summary>Session tokens that were taken back before their time.</summary>
/// <param name="SessionId">The ended session.</param>
/// <param name="Until">When the last token of the session expires by itself.</param>
public sealed record Revocation(string SessionId, DateTimeOffset Until);

/// <summary>What a router that starts now must refuse. Survives restarts; depends on the store alone.</summary>
public interface IRevocations
{
    /// <summary>Every ended session of which a token may still be valid.</summary>
    Task<IReadOnlyList<Revocation>> LiveAsync(CancellationToken cancellationToken);
}
