namespace CloudWorkstation.Manager.Accounts;

/// <summary>Whether passkeys can be used at the installation's public address.</summary>
/// <param name="Offered">They can.</param>
/// <param name="Domain">The domain that they are made for; null when none can.</param>
/// <param name="Reason">For people: why not, and what an operator does about it; null when they can.</param>
public sealed record PasskeyAvailability(bool Offered, string? Domain, string? Reason);

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">Names it in addresses; not the credential's own id.</param>
/// <param name="Name">Its owner's.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="LastUsedAt">Null until it is used.</param>
/// <param name="Synced">It is kept by a password manager or a platform account, on more than one device.</param>
/// <param name="Verifies">Its device knew its owner when it was added, by a PIN or a finger: it can sign in without a password.</param>
public sealed record PasskeyView(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool Synced, bool Verifies);

/// <summary>The first half of a ceremony.</summary>
/// <param name="OptionsJson">What the browser's <c>navigator.credentials</c> is asked, in WebAuthn's JSON.</param>
/// <param name="Ticket">Opaque and sealed; only the browser that brings it back can go on.</param>
/// <param name="ExpiresAt">UTC; a few minutes.</param>
public sealed record PasskeyCeremony(string OptionsJson, string Ticket, DateTimeOffset ExpiresAt);

/// <summary>What an authenticator says when it makes a key; binary members are base64url.</summary>
public sealed record PasskeyAttestation
{
    public required string Id { get; init; }

    public required string ClientDataJson { get; init; }

    public required string AttestationObject { get; init; }

    public IReadOnlyList<string>? Transports { get; init; }
}

/// <summary>What an authenticator says when it uses a key; binary members are base64url.</summary>
public sealed record PasskeyAssertion
{
    public required string Id { get; init; }

    public required string ClientDataJson { get; init; }

    public required string AuthenticatorData { get; init; }

    public required string Signature { get; init; }

    /// <value>Whose key it is, as told to the authenticator when it was made.</value>
    public string? UserHandle { get; init; }
}

/// <param name="Passkey">The new one.</param>
/// <param name="RecoveryCodes">Shown this once, when the account had none; else empty.</param>
public sealed record AddedPasskey(PasskeyView Passkey, IReadOnlyList<string> RecoveryCodes);

/// <summary>One's own passkeys, from within a session.</summary>
public interface IPasskeys
{
    PasskeyAvailability Availability { get; }

    Task<Outcome<IReadOnlyList<PasskeyView>>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Needs a fresh proof.</summary>
    Task<Outcome<PasskeyCeremony>> BeginAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>From now on the key is a second factor, and a passkey that verifies its owner signs in alone.</summary>
    Task<Outcome<AddedPasskey>> AddAsync(Actor actor, string? ticket, string name, PasskeyAttestation attestation, CancellationToken cancellationToken);

    Task<Outcome<PasskeyView>> RenameAsync(Actor actor, string id, string name, CancellationToken cancellationToken);

    /// <summary>Needs a fresh proof. The last second factor of somebody who must have one stays.</summary>
    Task<Outcome<bool>> RemoveAsync(Actor actor, string id, CancellationToken cancellationToken);

    Task<Outcome<PasskeyCeremony>> BeginProofAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Shows again that it is the same person (<see cref="IProofs"/>).</summary>
    Task<Outcome<bool>> ProveAsync(Actor actor, string? ticket, PasskeyAssertion assertion, CancellationToken cancellationToken);
}

/// <summary>Signing in with a passkey.</summary>
public interface IPasskeySignIn
{
    PasskeyAvailability Availability { get; }

    /// <summary>For whoever it will be: the authenticator knows.</summary>
    Task<Outcome<PasskeyCeremony>> BeginAsync(CancellationToken cancellationToken);

    /// <summary>Without a password. The authenticator has verified its owner, so that the key counts as both factors.</summary>
    Task<Outcome<SignedIn>> CompleteAsync(string? ticket, PasskeyAssertion assertion, string? address, string? userAgent, CancellationToken cancellationToken);

    /// <summary>As the second factor of a sign-in whose first one was right.</summary>
    Task<Outcome<PasskeyCeremony>> BeginSecondAsync(string challenge, CancellationToken cancellationToken);

    Task<Outcome<FactorSignIn>> CompleteSecondAsync(
        string challenge, string? ticket, PasskeyAssertion assertion, string? address, string? userAgent, CancellationToken cancellationToken);
}
