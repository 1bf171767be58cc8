using CloudWorkstation.Manager.Accounts.External;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>
/// What every first factor ends in: a password, a provider, a directory. Whether a second factor is due is decided here and nowhere else.
/// </summary>
public interface ISignInCompletion
{
    /// <summary>A session for somebody whom a first factor has just vouched for, or a challenge when a second factor is due.</summary>
    /// <param name="accountId">Whom it vouched for.</param>
    /// <param name="method"><c>password</c>, <c>oidc:NAME</c>, <c>ldap:NAME</c>, <c>token-exchange:NAME</c>.</param>
    /// <param name="address">Client address, null when unknown.</param>
    /// <param name="userAgent">The client's own description, null when it gave none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Outcome<SignInStep>> CompleteAsync(string accountId, string method, string? address, string? userAgent, CancellationToken cancellationToken) =>
        CompleteAsync(accountId, method, outside: null, address, userAgent, cancellationToken);

    /// <summary>The same, with the session at the provider that the new one belongs to; a challenge carries it on to where the session begins.</summary>
    Task<Outcome<SignInStep>> CompleteAsync(
        string accountId, string method, OutsideSession? outside, string? address, string? userAgent, CancellationToken cancellationToken);
}

/// <summary>Where a sign-in stands: exactly one of the two is set.</summary>
public sealed record SignInStep
{
    public SignedIn? Session { get; init; }

    public SecondFactorChallenge? Challenge { get; init; }
}

/// <summary>The first factor was right; this says so to whoever brings the second.</summary>
/// <param name="Token">Opaque and secret; its hash is stored.</param>
/// <param name="ExpiresAt">UTC; a few minutes.</param>
/// <param name="MustEnrol">The account needs a second factor and has none yet: it is set up now, before anything else works.</param>
public sealed record SecondFactorChallenge(string Token, DateTimeOffset ExpiresAt, bool MustEnrol);
