using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>Whose shares are asked about.</summary>
public sealed record ShareFilter
{
    /// <value>Account id or user name; null means the actor's own unless <see cref="Everyone"/>.</value>
    public string? Owner { get; init; }

    /// <value>For who manages everyone's desktops.</value>
    public bool Everyone { get; init; }

    /// <value>User name of somebody for whom a share is, who has used one, or who is at the screen.</value>
    public string? Guest { get; init; }

    public int Limit { get; init; } = 50;

    public string? Cursor { get; init; }
}

/// <summary>A desktop whose screen others may see, or see now.</summary>
/// <param name="Desktop">The desktop.</param>
/// <param name="Shares">Its links that work, newest first.</param>
/// <param name="Watchers">Who is at its screen now, the owner and administrators included.</param>
public sealed record SharedScreen(SharedDesktop Desktop, IReadOnlyList<ShareView> Shares, IReadOnlyList<WatcherView> Watchers);

/// <summary>The shares of several desktops.</summary>
public interface IShareOverview
{
    /// <summary>One's own; for who manages everyone's desktops those of anybody, or all. The latest share first.</summary>
    Task<Outcome<Listing<SharedScreen>>> ListAsync(Actor actor, ShareFilter filter, CancellationToken cancellationToken);

    /// <summary>Ends every link of one person (null: the actor), with the connections that came by them; the result is how many there were.</summary>
    Task<Outcome<int>> EndAllAsync(Actor actor, string? owner, CancellationToken cancellationToken);
}
