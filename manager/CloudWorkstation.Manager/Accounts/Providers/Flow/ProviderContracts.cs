namespace CloudWorkstation.Manager.Accounts;

/// <summary>A provider on the sign-in page.</summary>
public sealed record OfferedProvider(string Name, string Title);

/// <summary>A browser leaves for a provider.</summary>
/// <param name="Address">Where to.</param>
/// <param name="Trip">What the browser must bring back: sealed, for a cookie that scripts cannot read.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record ProviderDeparture(Uri Address, string Trip, DateTimeOffset ExpiresAt);

/// <summary>What a provider sent a browser back with.</summary>
/// <param name="Trip">The cookie; null when there is none.</param>
/// <param name="State">Each parameter is null when it is missing or stands there more than once.</param>
public sealed record ProviderCallback(string? Trip, string? State, string? Code, string? Issuer, string? Error);

/// <summary>Somebody has come back signed in.</summary>
/// <param name="Step">A session, or a second factor is due; null when an account was linked, whose session goes on.</param>
/// <param name="Destination">The page they wanted.</param>
public sealed record ProviderReturn(SignInStep? Step, string Destination)
{
    /// <summary>Among the extensions of a problem: an account was to be linked, and its owner is still signed in.</summary>
    public const string LinkMark = "link";
}

/// <summary>Who calls, for the audit trail and the session.</summary>
public sealed record Client(string? Address, string? UserAgent);

/// <summary>Signing in with a provider: the authorization code flow with PKCE.</summary>
public interface IProviderSignIn
{
    Task<IReadOnlyList<OfferedProvider>> OfferedAsync(CancellationToken cancellationToken);

    /// <param name="provider">Its name.</param>
    /// <param name="destination">A page of the console, checked by the caller.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Outcome<ProviderDeparture>> LeaveAsync(string provider, string destination, CancellationToken cancellationToken);

    Task<Outcome<ProviderReturn>> ReturnAsync(string provider, ProviderCallback callback, Client client, CancellationToken cancellationToken);
}

/// <summary>Signing out at a provider as well as here, in both directions.</summary>
public interface IProviderSignOut
{
    /// <summary>A proof that the browser has just ended this session, for the cookie that goes along; null when its provider has no sign-out.</summary>
    Task<ProviderFarewell?> FarewellAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Where the provider's own sign-out is; null when the proof is none, or too old.</summary>
    Task<Uri?> AddressAsync(string provider, string? farewell, CancellationToken cancellationToken);

    /// <summary>The provider says that somebody has signed out there: their sessions end at once (OpenID Connect Back-Channel Logout 1.0).</summary>
    Task<Outcome<bool>> BackChannelAsync(string provider, string? logoutToken, string? address, CancellationToken cancellationToken);
}

/// <summary>A session has ended and the provider's is still there.</summary>
public sealed record ProviderFarewell(string Provider, string Proof, DateTimeOffset ExpiresAt);

/// <summary>A token of a provider for one of ours (RFC 8693).</summary>
/// <param name="Token">The <c>subject_token</c>.</param>
/// <param name="IsIdToken">Whether it is an ID token; else an access token.</param>
public sealed record TokenExchange(string Token, bool IsIdToken);

public interface ITokenExchange
{
    Task<Outcome<SignInStep>> ExchangeAsync(TokenExchange exchange, Client client, CancellationToken cancellationToken);
}

/// <summary>What a provider's discovery document and keys say.</summary>
public sealed record ProviderFindings
{
    public required string Issuer { get; init; }

    public required string AuthorizationEndpoint { get; init; }

    public required string TokenEndpoint { get; init; }

    public string? UserInfoEndpoint { get; init; }

    public string? EndSessionEndpoint { get; init; }

    public required bool BackChannelLogout { get; init; }

    /// <value>Whether answers name their issuer (RFC 9207).</value>
    public required bool IssuerParameter { get; init; }

    public required IReadOnlyList<string> Algorithms { get; init; }

    /// <value>How many keys it has that we verify with.</value>
    public required int Keys { get; init; }
}

/// <summary>The addresses of this installation that a provider is told.</summary>
public sealed record ProviderRegistration(string RedirectUri, string SignedOutUri, string BackChannelLogoutUri);

/// <summary>Help for whoever sets a provider up.</summary>
public interface IProviderSetUp
{
    /// <summary>For admins: asks the issuer, whether or not it is set up yet.</summary>
    Task<Outcome<ProviderFindings>> TestAsync(Actor actor, string issuer, CancellationToken cancellationToken);

    ProviderRegistration Registration(string provider);
}
