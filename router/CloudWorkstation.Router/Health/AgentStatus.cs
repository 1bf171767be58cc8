using CloudWorkstation.Router.Feed;
using CloudWorkstation.Router.Haproxy;
using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router.Health;

/// <summary>What the loop last did, for the health endpoints. Written by the loop alone, read by anybody.</summary>
internal sealed class AgentStatus
{
    private volatile Facts _facts = new();

    public Facts Current => _facts;

    public void Heard(FeedMessage message, DateTimeOffset now)
    {
        if (message is not FeedMessage.Tick)
        {
            _facts = _facts with { FeedConnected = message is not FeedMessage.Lost, HeardAt = message is FeedMessage.Lost ? _facts.HeardAt : now };
        }
    }

    public void Published(RouterState state, HaproxyWorker? worker, DateTimeOffset keysSettledAt, string? fault) => _facts = _facts with
    {
        Synced = state.Synced,
        HaproxyPid = worker?.Pid,
        KeysSettledAt = keysSettledAt,
        Fault = fault,
        Desktops = state[MapNames.Owners].Entries.Count,
        Routes = state[MapNames.Routes].Entries.Count,
        Revoked = state[MapNames.Deny].Entries.Count,
        Keys = state[MapNames.Kid].Entries.Count,
    };

    /// <param name="FeedConnected">False while the feed is being reconnected; routes stay as they were.</param>
    /// <param name="HeardAt">The last sign of life of the feed.</param>
    /// <param name="Synced">A snapshot is complete and written.</param>
    /// <param name="HaproxyPid">Null while HAProxy is not running.</param>
    /// <param name="KeysSettledAt">From when on HAProxy can be started without a reload right after; see <see cref="Keys.KeyPublisher.SettledAt"/>.</param>
    /// <param name="Fault">Why files or HAProxy are behind, else null.</param>
    /// <param name="Desktops">Desktops that have an owner.</param>
    /// <param name="Routes">Desktops that can be connected.</param>
    /// <param name="Revoked">Sessions that are refused.</param>
    /// <param name="Keys">Key ids that tokens may name.</param>
    internal sealed record Facts(
        bool FeedConnected = false,
        DateTimeOffset? HeardAt = null,
        bool Synced = false,
        int? HaproxyPid = null,
        DateTimeOffset KeysSettledAt = default,
        string? Fault = null,
        int Desktops = 0,
        int Routes = 0,
        int Revoked = 0,
        int Keys = 0);
}
