using CloudWorkstation.Manager.Accounts.External;

namespace CloudWorkstation.Manager.Accounts.Sessions;

/// <summary>A server-side session as stored. It ends by <see cref="EndedAt"/>, by its time, or when the account's stamp moves on.</summary>
internal sealed record SessionRecord
{
    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required string UserName { get; init; }

    /// <value>How the person proved who they are: <c>password</c>, <c>oidc:NAME</c>, <c>ldap:NAME</c>.</value>
    public required string Method { get; init; }

    /// <value>The session at the provider that vouched for the person; null when none did.</value>
    public OutsideSession? Outside { get; init; }

    /// <value>When the directory that the person came in by last said that they are still there; null: at the start.</value>
    public DateTimeOffset? VouchedAt { get; init; }

    /// <value>The account's security stamp at the start.</value>
    public required string Stamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastRefreshAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    public required RefreshTokens Refresh { get; init; }

    /// <value>The person has shown a second factor in it.</value>
    public bool WithSecondFactor { get; init; }

    /// <value>When the person last showed that it is them: at the sign-in, or when asked again.</value>
    public DateTimeOffset ProvedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? EndReason { get; init; }

    /// <value>No token of the session is valid after this.</value>
    public DateTimeOffset TokensValidUntil { get; init; }

    public bool IsLive(DateTimeOffset now) => EndedAt is null && now < ExpiresAt;

    public SessionInfo ToInfo() => new(Id, AccountId, UserName, CreatedAt, LastRefreshAt, ExpiresAt, Address, UserAgent) { Method = Method };
}
