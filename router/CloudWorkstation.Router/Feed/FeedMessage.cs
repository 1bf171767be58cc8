using CloudWorkstation.Router.Keys;

namespace CloudWorkstation.Router.Feed;

/// <summary>What the agent's loop reacts to: the api's feed, in its own terms.</summary>
internal abstract record FeedMessage
{
    /// <summary>A connection stands; a full snapshot follows.</summary>
    public sealed record Connected : FeedMessage;

    /// <param name="Desktop">Desktop id.</param>
    /// <param name="Owner">Account id.</param>
    /// <param name="State">The desktop's state; only <c>running</c> is connected.</param>
    /// <param name="Proxy"><c>ip:port</c> of its desktop proxy, or <c>name:port</c> of the shared ones.</param>
    public sealed record Route(string Desktop, string Owner, string State, string Proxy) : FeedMessage;

    public sealed record Unroute(string Desktop) : FeedMessage;

    public sealed record Revoke(string SessionId, DateTimeOffset Until) : FeedMessage;

    /// <summary>The snapshot is complete: what it did not name is gone.</summary>
    public sealed record Synced : FeedMessage;

    /// <summary>The token keys, as fetched after a connect or a change.</summary>
    public sealed record Keys(IReadOnlyList<TokenKey> Items) : FeedMessage;

    /// <summary>The api wants to hear once everything before this is in force.</summary>
    public sealed record Mark(Guid Id) : FeedMessage;

    /// <summary>Anything else was received: a sign of life.</summary>
    public sealed record Other : FeedMessage;

    /// <summary>The connection broke; what is known stays in force.</summary>
    public sealed record Lost : FeedMessage;

    /// <summary>The loop's clock: look after HAProxy, prune.</summary>
    public sealed record Tick : FeedMessage;
}
