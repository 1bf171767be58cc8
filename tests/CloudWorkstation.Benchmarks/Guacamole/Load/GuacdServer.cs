using System.Collections.Concurrent;
using System.Net.Sockets;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>The guacd behind every tunnel.</summary>
internal sealed class GuacdServer(Poller poller) : PeerServer(poller)
{
    private readonly ConcurrentDictionary<GuacdPeer, bool> _peers = new();

    /// <summary>Connections that live.</summary>
    public IReadOnlyList<GuacdPeer> Peers
    {
        get
        {
            // The poller closes what broke, without a word to anybody.
            foreach (var peer in _peers.Keys.Where(peer => !peer.Socket.Connected))
            {
                _peers.TryRemove(peer, out _);
            }

            return [.. _peers.Keys];
        }
    }

    protected override IPeer Meet(Socket accepted)
    {
        var peer = new GuacdPeer(accepted, Poller, gone => _peers.TryRemove(gone, out _));
        _peers[peer] = true;
        return peer;
    }
}
