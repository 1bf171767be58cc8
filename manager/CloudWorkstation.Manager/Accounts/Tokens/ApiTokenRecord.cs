using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Tokens;

/// <summary>A token as stored: everything but its secret.</summary>
internal sealed record ApiTokenRecord
{
    public static CollectionDefinition Definition { get; } = new("api-tokens");

    public required string Id { get; init; }

    public required string AccountId { get; init; }

    public required string Name { get; init; }

    public required string Prefix { get; init; }

    /// <value>SHA-256 of the whole text, hex.</value>
    public required string Hash { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public string? LastUsedFrom { get; init; }

    /// <summary>Whether it counts. Disabling an account voids its tokens for good, also when it is enabled again.</summary>
    public bool IsValid(AccountRecord account, DateTimeOffset now) =>
        RevokedAt is null && now < ExpiresAt && !account.Disabled && (account.TokensFrom is null || CreatedAt > account.TokensFrom);

    public ApiTokenInfo ToInfo(AccountRecord account, DateTimeOffset now) =>
        new(Id, AccountId, Name, Prefix, Scopes, CreatedAt, CreatedBy, ExpiresAt, IsValid(account, now), LastUsedAt, LastUsedFrom);
}
