namespace CloudWorkstation.Manager.Accounts;

/// <summary>The second factor of an account as its owner sees it.</summary>
/// <param name="Enabled">An authenticator app is set up.</param>
/// <param name="EnrolledAt">Since when; null without.</param>
/// <param name="RecoveryCodesLeft">Of ten.</param>
/// <param name="Required">An administrator demands one of this person, so it can be replaced and not disabled.</param>
/// <param name="Passkeys">How many passkeys, each a second factor too.</param>
public sealed record SecondFactorView(bool Enabled, DateTimeOffset? EnrolledAt, int RecoveryCodesLeft, bool Required, int Passkeys);

/// <summary>What an authenticator app needs; good only after a code of it has come back.</summary>
/// <param name="Secret">Base 32, for those who type it.</param>
/// <param name="UserName">Whose it is.</param>
/// <param name="ExpiresAt">Until then a code of it is taken.</param>
public sealed record Enrolment(string Secret, string UserName, DateTimeOffset ExpiresAt);

/// <summary>Whom a challenge is for.</summary>
public sealed record ChallengeView(string UserName, bool MustEnrol, DateTimeOffset ExpiresAt)
{
    /// <value>A code of an authenticator app will do.</value>
    public bool App { get; init; }

    /// <value>A passkey will do.</value>
    public bool Passkey { get; init; }
}

/// <summary>A sign-in that its second factor has completed.</summary>
/// <param name="Session">The session.</param>
/// <param name="RecoveryCodes">Shown this once, after the factor was set up on the way; else empty.</param>
public sealed record FactorSignIn(SignedIn Session, IReadOnlyList<string> RecoveryCodes);

/// <summary>The second step of signing in.</summary>
public interface ISecondFactorSignIn
{
    Task<Outcome<ChallengeView>> FindAsync(string challenge, CancellationToken cancellationToken);

    /// <summary>A new secret for somebody who has to have a second factor and has none.</summary>
    Task<Outcome<Enrolment>> EnrolAsync(string challenge, CancellationToken cancellationToken);

    /// <summary>A code of the app, or a recovery code. A challenge that must enrol takes a code of the secret just shown.</summary>
    Task<Outcome<FactorSignIn>> CompleteAsync(string challenge, string code, string? address, string? userAgent, CancellationToken cancellationToken);
}

/// <summary>One's own second factor, from within a session; and lifting somebody else's.</summary>
public interface ISecondFactorService
{
    Task<Outcome<SecondFactorView>> GetAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Needs a fresh proof. A factor that is there stays in force until <see cref="ConfirmAsync"/>.</summary>
    Task<Outcome<Enrolment>> BeginAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>The recovery codes, this once.</summary>
    Task<Outcome<IReadOnlyList<string>>> ConfirmAsync(Actor actor, string code, CancellationToken cancellationToken);

    /// <summary>New recovery codes; the ones before are void. Needs a fresh proof.</summary>
    Task<Outcome<IReadOnlyList<string>>> RenewRecoveryCodesAsync(Actor actor, CancellationToken cancellationToken);

    /// <param name="actor">Whose.</param>
    /// <param name="password">Needed where the account has a password of its own.</param>
    /// <param name="code">Of the app, or a recovery code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Outcome<bool>> DisableAsync(Actor actor, string? password, string code, CancellationToken cancellationToken);

    /// <summary>For a person who has lost phone and codes: needs <c>accounts.manage</c>; ends their sessions.</summary>
    Task<Outcome<bool>> ResetAsync(Actor actor, string accountId, CancellationToken cancellationToken);
}

/// <summary>Whether the person at the keyboard is still the one who signed in. Sensitive changes want a proof that is at most ten minutes old.</summary>
public interface IProofs
{
    /// <summary>With a code where the account has a second factor, else with its password. Signing in counts as a proof too.</summary>
    Task<Outcome<bool>> ProveAsync(Actor actor, string? password, string? code, CancellationToken cancellationToken);

    /// <summary>Null when the session's proof is fresh; else what to ask for. A token has no session and cannot prove anything.</summary>
    Task<Problem?> DemandAsync(Actor actor, CancellationToken cancellationToken);
}
