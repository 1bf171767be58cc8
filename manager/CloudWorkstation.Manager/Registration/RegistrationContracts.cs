using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Registration.Proofs;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Where a registration stands.</summary>
public enum RegistrationState
{
    /// <summary>A mail is on its way; nobody has shown that the address is theirs.</summary>
    Unverified,

    /// <summary>Somebody has to decide.</summary>
    Approval,

    /// <summary>The account is being made in a directory.</summary>
    Creating,

    Created,

    Refused,

    /// <summary>The directory does not take it, or could not be reached for long; an administrator tries again or cancels.</summary>
    Failed,

    Cancelled,
}

/// <summary>What a person fills in.</summary>
public sealed record RegistrationRequest(string UserName, string? DisplayName, string Email, string Password, Proof? Proof)
{
    /// <value>A field that people do not see, and programs fill in.</value>
    public string? Trap { get; init; }
}

/// <summary>What strangers may know of the rules.</summary>
/// <param name="Enabled">Whether there is registration at all.</param>
/// <param name="Domains">The e-mail domains that may register.</param>
/// <param name="Approval">An administrator decides.</param>
/// <param name="PasswordReset">Whether passwords can be reset by mail.</param>
/// <param name="MinimumPasswordLength">Characters.</param>
public sealed record RegistrationRules(bool Enabled, IReadOnlyList<string> Domains, bool Approval, bool PasswordReset, int MinimumPasswordLength);

/// <summary>What the person sees after the link was used.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="UserName">To sign in with.</param>
/// <param name="Detail">Why it was refused, or what it waits for; null for nothing to say.</param>
/// <param name="Attempts">How often the directory was asked.</param>
/// <param name="NextAttemptAt">When it is asked next.</param>
public sealed record RegistrationProgress(RegistrationState State, string UserName, string? Detail, int Attempts, DateTimeOffset? NextAttemptAt);

/// <summary>The address is verified.</summary>
/// <param name="Progress">Where it stands now.</param>
/// <param name="Ticket">Secret; for asking how it goes on.</param>
public sealed record VerifiedRegistration(RegistrationProgress Progress, string Ticket);

/// <summary>A registration as administrators see it.</summary>
public sealed record RegistrationView
{
    public required string Id { get; init; }

    public required RegistrationState State { get; init; }

    public required string UserName { get; init; }

    public string? DisplayName { get; init; }

    public required string Email { get; init; }

    /// <value><c>local</c> or a directory.</value>
    public required string Target { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <value>What the last attempt ended with.</value>
    public string? Failure { get; init; }

    public string? DecidedBy { get; init; }

    public string? Reason { get; init; }

    /// <value>The local account that came of it.</value>
    public string? AccountId { get; init; }
}

/// <summary>
/// People make accounts for themselves. Nothing here tells a stranger who has an account: a request is answered the same way whatever there
/// is, and only who reads the address's mail learns more.
/// </summary>
public interface IRegistrationService
{
    Task<RegistrationRules> RulesAsync(CancellationToken cancellationToken);

    /// <param name="address">Client address, null when unknown.</param>
    ProofChallenge NewChallenge(string? address);

    /// <summary>True whatever became of it; a problem only for what is wrong with the request itself.</summary>
    Task<Outcome<bool>> RequestAsync(RegistrationRequest request, string? address, CancellationToken cancellationToken);

    /// <summary>Uses up the link of a mail; where its name is taken, another name may be given with the same link.</summary>
    Task<Outcome<VerifiedRegistration>> VerifyAsync(string token, string? userName, string? address, CancellationToken cancellationToken);

    Task<Outcome<RegistrationProgress>> ProgressAsync(string ticket, CancellationToken cancellationToken);
}

/// <summary>For those who may manage accounts.</summary>
public interface IRegistrationDesk
{
    /// <summary>Newest first.</summary>
    Task<Outcome<Listing<RegistrationView>>> ListAsync(Actor actor, RegistrationState state, int limit, string? cursor, CancellationToken cancellationToken);

    Task<Outcome<RegistrationView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <param name="userName">Another name, where the one asked for is taken by now; null for the one asked for.</param>
    Task<Outcome<RegistrationView>> ApproveAsync(Actor actor, string id, string? userName, CancellationToken cancellationToken);

    /// <param name="reason">The person reads it.</param>
    Task<Outcome<RegistrationView>> RefuseAsync(Actor actor, string id, string? reason, CancellationToken cancellationToken);

    /// <summary>Asks the directory again at once.</summary>
    Task<Outcome<RegistrationView>> RetryAsync(Actor actor, string id, string? userName, CancellationToken cancellationToken);

    /// <summary>Ends one that waits for a directory; its password is forgotten.</summary>
    Task<Outcome<RegistrationView>> CancelAsync(Actor actor, string id, CancellationToken cancellationToken);
}
