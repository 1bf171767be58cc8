using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Manager.Routing;

/// <summary>One desktop as the router sees it.</summary>
/// <param name="Desktop">Desktop id.</param>
/// <param name="Owner">Account id.</param>
/// <param name="State"><c>running</c>, or why it cannot be reached: <c>pending</c>, <c>starting</c>, <c>stopped</c>, <c>failed</c>, <c>deleting</c> …</param>
/// <param name="Proxy">Address of the desktop proxy that serves it, <c>ip:port</c>.</param>
public sealed record DesktopRoute(string Desktop, string Owner, string State, string Proxy);

/// <summary>A message of the feed for route agents and desktop proxies.</summary>
public abstract record RouteMessage
{
    public sealed record Route(DesktopRoute Value) : RouteMessage;

    public sealed record Unroute(string Desktop) : RouteMessage;

    /// <summary>Tokens of this session are refused from now on; the entry may be dropped at <paramref name="Until"/>.</summary>
    public sealed record Revoke(string SessionId, DateTimeOffset Until) : RouteMessage;

    /// <summary>Live connections of a desktop (or one of them, or those of one session) must end.</summary>
    public sealed record End(string? Desktop, string? Connection, string? SessionId, string Reason) : RouteMessage;

    /// <summary>The token keys changed; fetch them again.</summary>
    public sealed record Keys : RouteMessage;

    /// <summary>The snapshot is complete; what follows are changes.</summary>
    public sealed record Synced : RouteMessage;

    /// <summary>Only for a subscriber that acknowledges: to be handed to <see cref="IRouteFeed.Reached"/> once everything before it is in force.</summary>
    public sealed record Mark(Guid Id) : RouteMessage;
}

/// <summary>Lets the router know of a desktop that is about to be running, so that the way is there when its owner hears of it.</summary>
internal interface IRoutePreparation
{
    /// <summary>Returns when every router that listens here has the route in force, or after three seconds.</summary>
    Task PrepareAsync(Desktop desktop, CancellationToken cancellationToken);
}

/// <summary>For a process without a feed: the routers hear of the desktop with its next event; who connects waits for them (see <see cref="IRouteFeed.UntilInForceAsync"/>).</summary>
internal sealed class NoRoutePreparation : IRoutePreparation
{
    public Task PrepareAsync(Desktop desktop, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Routes derived from desktops: a snapshot, then every change.</summary>
public interface IRouteFeed
{
    /// <param name="acknowledges">The subscriber answers each <see cref="RouteMessage.Mark"/>; others get none.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    IAsyncEnumerable<RouteMessage> SubscribeAsync(bool acknowledges, CancellationToken cancellationToken);

    /// <summary>Returns when everything told so far is in force with every router that listens here, or after three seconds.</summary>
    Task UntilInForceAsync(CancellationToken cancellationToken);

    /// <summary>A subscriber has put everything before the mark in force.</summary>
    void Reached(Guid mark);
}
