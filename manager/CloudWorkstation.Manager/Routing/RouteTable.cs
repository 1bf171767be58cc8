namespace CloudWorkstation.Manager.Routing;

/// <summary>The routes in memory and those who follow them. Every change and what is told of it happen together, in one order for all.</summary>
internal sealed class RouteTable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, DesktopRoute> routes = new(StringComparer.Ordinal);
    private readonly RouteSubscribers subscribers = new();

    // Of each desktop, the version whose route this is. The list of desktops may be behind the events, and an event behind the list.
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);

    /// <summary>The routes as they are, and a subscriber that hears of every change after.</summary>
    public (RouteSubscriber Subscriber, IReadOnlyList<DesktopRoute> Snapshot) Subscribe(bool acknowledges)
    {
        lock (gate)
        {
            return (subscribers.Add(acknowledges), [.. routes.Values]);
        }
    }

    public void Unsubscribe(RouteSubscriber subscriber)
    {
        lock (gate)
        {
            subscribers.Remove(subscriber);
        }
    }

    /// <summary>Ends when every subscriber that acknowledges has everything that was told before.</summary>
    public Task MarkAsync()
    {
        lock (gate)
        {
            return subscribers.MarkAsync();
        }
    }

    public void Reached(Guid mark)
    {
        lock (gate)
        {
            subscribers.Reached(mark);
        }
    }

    /// <summary>Whoever subscribed before comes back for the new snapshot.</summary>
    public void Replace(IReadOnlyDictionary<string, (DesktopRoute Route, long Version)> found)
    {
        lock (gate)
        {
            routes.Clear();
            versions.Clear();
            foreach (var (desktop, (route, version)) in found)
            {
                (routes[desktop], versions[desktop]) = (route, version);
            }

            subscribers.Cut();
        }
    }

    /// <summary>
    /// Whether this version of the desktop is newer than what is known, and from now on what is known. A process of an older release does
    /// not say which version it tells of (0): then it is taken for news.
    /// </summary>
    public bool IsNews(string desktop, long version)
    {
        lock (gate)
        {
            if (version == 0)
            {
                return true;
            }

            if (versions.TryGetValue(desktop, out var known) && version <= known)
            {
                return false;
            }

            versions[desktop] = version;
            return true;
        }
    }

    /// <summary>The route as it was; null for a new one.</summary>
    public DesktopRoute? Set(DesktopRoute route)
    {
        lock (gate)
        {
            var old = routes.GetValueOrDefault(route.Desktop);
            if (old != route)
            {
                routes[route.Desktop] = route;
                subscribers.Broadcast(new RouteMessage.Route(route));
            }

            return old;
        }
    }

    public void Remove(string desktop)
    {
        lock (gate)
        {
            routes.Remove(desktop);
            versions.Remove(desktop);
            subscribers.Broadcast(new RouteMessage.End(desktop, null, null, "deleted"));
            subscribers.Broadcast(new RouteMessage.Unroute(desktop));
        }
    }

    public void Send(RouteMessage message)
    {
        lock (gate)
        {
            subscribers.Broadcast(message);
        }
    }

    public void Cut()
    {
        lock (gate)
        {
            subscribers.Cut();
        }
    }
}
