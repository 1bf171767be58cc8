namespace CloudWorkstation.Manager.Accounts;

/// <summary>A token to be made.</summary>
/// <param name="Name">For people, to tell theirs apart.</param>
/// <param name="Scopes">Names of permissions, and <c>read</c>. They narrow what the account may do, and never widen it.</param>
/// <param name="ExpiresAt">UTC.</param>
/// <param name="AccountId">A service account; null for one's own.</param>
public sealed record CreateToken(string Name, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt, string? AccountId = null);

/// <summary>A new token; its text is shown this once and kept nowhere.</summary>
public sealed record CreatedToken(string Text, ApiTokenInfo Token);

/// <summary>A token as its owner or an administrator sees it.</summary>
/// <param name="Id">Part of the token's text, and no secret.</param>
/// <param name="AccountId">For whom it speaks.</param>
/// <param name="Name">What it was called.</param>
/// <param name="Prefix">How its text begins.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">User name.</param>
/// <param name="ExpiresAt">UTC.</param>
/// <param name="Valid">False once it has expired or its account was disabled.</param>
/// <param name="LastUsedAt">To the minute; null when it never was.</param>
/// <param name="LastUsedFrom">Client address then.</param>
public sealed record ApiTokenInfo(
    string Id,
    string AccountId,
    string Name,
    string Prefix,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset ExpiresAt,
    bool Valid,
    DateTimeOffset? LastUsedAt,
    string? LastUsedFrom);

/// <summary>API tokens: for people who write scripts, and for service accounts.</summary>
public interface IApiTokens
{
    /// <summary>One's own, or with <c>accounts.manage</c> a service account's that may do no more than oneself. Needs a session with a fresh proof.</summary>
    Task<Outcome<CreatedToken>> CreateAsync(Actor actor, CreateToken request, CancellationToken cancellationToken);

    /// <summary>Newest first. Other people's need <c>accounts.read</c>.</summary>
    Task<Outcome<IReadOnlyList<ApiTokenInfo>>> ListAsync(Actor actor, string accountId, CancellationToken cancellationToken);

    /// <summary>In force with the next request. Other people's need <c>accounts.manage</c>.</summary>
    Task<Outcome<bool>> RevokeAsync(Actor actor, string tokenId, CancellationToken cancellationToken);

    /// <summary>Verifies a token against the store as it is now.</summary>
    /// <param name="text">May be anything that somebody sent.</param>
    /// <param name="address">Client address, remembered with the use.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Outcome<Actor>> AuthenticateAsync(string text, string? address, CancellationToken cancellationToken);

    /// <summary>Who a token that was verified before speaks for now; null when it no longer counts.</summary>
    Task<Actor?> FindLiveAsync(string tokenId, string? address, CancellationToken cancellationToken);

    /// <summary>A token was revoked in this process; handlers must be quick and must not throw.</summary>
    event EventHandler<TokenRevokedEventArgs>? Revoked;
}

public sealed class TokenRevokedEventArgs(string tokenId) : EventArgs
{
    public string TokenId { get; } = tokenId;
}
