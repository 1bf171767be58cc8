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
}

/// <summary>Lets the router know of a desktop that is about to be running, so that the way is there when its owner hears of it.</summary>
internal interface IRoutePreparation
{
    void Prepare(Desktop desktop);
}

/// <summary>For a process without a feed: the router hears of the desktop with its next event, a moment later.</summary>
internal sealed class NoRoutePreparation : IRoutePreparation
{
    public void Prepare(Desktop desktop)
    {
        // Nobody listens here.
    }
}

/// <summary>Routes derived from desktops: a snapshot, then every change.</summary>
public interface IRouteFeed
{
    IAsyncEnumerable<RouteMessage> SubscribeAsync(CancellationToken cancellationToken);
}
