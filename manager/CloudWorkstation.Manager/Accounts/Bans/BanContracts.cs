using System.Net;

namespace CloudWorkstation.Manager.Accounts.Bans;

/// <summary>Somebody or somewhere that is kept out for a while.</summary>
public sealed record Ban
{
    public required string Id { get; init; }

    /// <value>The account that is kept out; null for a network.</value>
    public string? AccountId { get; init; }

    public string? UserName { get; init; }

    /// <value>The addresses that are kept out, for example <c>192.0.2.7/32</c>; null for an account.</value>
    public string? Network { get; init; }

    public required string Reason { get; init; }

    /// <value>User name of who did it; <c>system</c> for the product itself.</value>
    public required string By { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <param name="Account">Account id or user name; or</param>
/// <param name="Network">an address or a network.</param>
/// <param name="Reason">What a colleague reads.</param>
/// <param name="Minutes">How long, 1 to <see cref="IBans.MostMinutes"/>.</param>
public sealed record NewBan(string? Account, string? Network, string Reason, int Minutes);

/// <summary>The ban list. Few at a time: all of them are held in memory and read again every few seconds while somebody asks.</summary>
public interface IBans
{
    /// <summary>A year.</summary>
    const int MostMinutes = 366 * 24 * 60;

    /// <summary>The ban that keeps an address out, null for none.</summary>
    ValueTask<Ban?> OfAddressAsync(IPAddress? address, CancellationToken cancellationToken);

    /// <summary>The ban that keeps an account out, null for none.</summary>
    ValueTask<Ban?> OfAccountAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>Those in force, newest first.</summary>
    Task<Outcome<IReadOnlyList<Ban>>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Ends an account's sessions too. Refuses to lock out the actor, people who may do more than the actor, and half of the world.</summary>
    Task<Outcome<Ban>> AddAsync(Actor actor, NewBan wanted, CancellationToken cancellationToken);

    Task<Outcome<bool>> LiftAsync(Actor actor, string id, CancellationToken cancellationToken);
}
