using CloudWorkstation.Router.Feed;
using CloudWorkstation.Router.Keys;
using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router;

/// <summary>
/// What the feed said so far, as maps. Begins with the files of the last run. A snapshot is collected aside and takes effect as a whole
/// when it is complete, so that a connection that breaks half-way removes nobody's desktop; revocations take effect at once.
/// </summary>
internal sealed class RouterState
{
    private readonly Dictionary<string, DesiredMap> _maps = MapNames.All.ToDictionary(n => n, n => new DesiredMap(n), StringComparer.Ordinal);
    private readonly List<Guid> _marks = [];
    private Dictionary<string, FeedMessage.Route>? _snapshot;

    public IEnumerable<DesiredMap> Maps => _maps.Values;

    /// <value>True once a snapshot was complete.</value>
    public bool Synced { get; private set; }

    /// <value>The last keys that the api named and that are usable; null before.</value>
    public IReadOnlyList<TokenKey>? Keys { get; private set; }

    /// <value>True when a file or HAProxy is behind.</value>
    public bool Behind => _maps.Values.Any(m => m.Unwritten || m.Changed.Count > 0);

    public DesiredMap this[string name] => _maps[name];

    /// <summary>Takes over what an earlier run left in the map files, revocations above all.</summary>
    public void Load(RouterDirectory directory)
    {
        foreach (var map in _maps.Values.Where(m => File.Exists(directory.MapFile(m.Name))))
        {
            foreach (var (key, value) in MapFile.Parse(File.ReadLines(directory.MapFile(map.Name))))
            {
                map.Set(key, value);
            }

            map.Written();
        }
    }

    public void Apply(FeedMessage message)
    {
        switch (message)
        {
            case FeedMessage.Connected:
                _snapshot = new(StringComparer.Ordinal);
                break;
            case FeedMessage.Route route when _snapshot is not null:
                _snapshot[route.Desktop] = route;
                break;
            case FeedMessage.Route route:
                Set(route);
                break;
            case FeedMessage.Unroute unroute when _snapshot is not null:
                _snapshot.Remove(unroute.Desktop);
                break;
            case FeedMessage.Unroute unroute:
                Remove(unroute.Desktop);
                break;
            case FeedMessage.Revoke revoke:
                _maps[MapNames.Deny].Set(revoke.SessionId, revoke.Until.ToUnixTimeSeconds().ToString());
                break;
            case FeedMessage.Keys keys:
                Keys = keys.Items;
                break;
            case FeedMessage.Synced when _snapshot is not null:
                Adopt(_snapshot);
                break;
            case FeedMessage.Mark mark:
                _marks.Add(mark.Id);
                break;
            case FeedMessage.Lost:
                _snapshot = null;
                _marks.Clear();
                break;
        }
    }

    /// <summary>The marks of the feed whose turn has come; each is given out once.</summary>
    public IReadOnlyList<Guid> TakeMarks()
    {
        Guid[] marks = [.. _marks];
        _marks.Clear();
        return marks;
    }

    /// <summary>Drops revocations whose tokens have expired anyway.</summary>
    public void Prune(DateTimeOffset now)
    {
        var deny = _maps[MapNames.Deny];
        foreach (var (session, until) in deny.Entries.ToList())
        {
            if (!long.TryParse(until, out var seconds) || seconds < now.ToUnixTimeSeconds())
            {
                deny.Remove(session);
            }
        }
    }

    private void Adopt(Dictionary<string, FeedMessage.Route> snapshot)
    {
        foreach (var map in Derived)
        {
            foreach (var gone in map.Entries.Keys.Where(d => !snapshot.ContainsKey(d)).ToList())
            {
                map.Remove(gone);
            }
        }

        foreach (var route in snapshot.Values)
        {
            Set(route);
        }

        _snapshot = null;
        Synced = true;
    }

    private void Set(FeedMessage.Route route)
    {
        _maps[MapNames.Owners].Set(route.Desktop, route.Owner);
        _maps[MapNames.States].Set(route.Desktop, route.State);
        if (string.Equals(route.State, "running", StringComparison.Ordinal))
        {
            _maps[MapNames.Routes].Set(route.Desktop, route.Proxy);
        }
        else
        {
            _maps[MapNames.Routes].Remove(route.Desktop);
        }
    }

    private void Remove(string desktop)
    {
        foreach (var map in Derived)
        {
            map.Remove(desktop);
        }
    }

    private DesiredMap[] Derived => [_maps[MapNames.Owners], _maps[MapNames.States], _maps[MapNames.Routes]];
}
