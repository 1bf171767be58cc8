using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>The guacd behind every tunnel: all its connections on the poller's thread.</summary>
internal sealed class GuacdServer : IPeer, IDisposable
{
    private readonly Poller _poller;
    private readonly ConcurrentDictionary<GuacdPeer, bool> _peers = new();

    public GuacdServer(Poller poller)
    {
        _poller = poller;
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Listen(1024);
        Socket.Blocking = false;
        poller.Add(this, Native.Readable);
    }

    public Socket Socket { get; } = new(SocketType.Stream, ProtocolType.Tcp);

    public int Port => ((IPEndPoint)Socket.LocalEndPoint!).Port;

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

    public void Ready(uint events)
    {
        var accepted = Socket.Accept();
        accepted.NoDelay = true;
        accepted.Blocking = false;
        accepted.SendBufferSize = accepted.ReceiveBufferSize = ScreenServer.SocketBuffer;
        var peer = new GuacdPeer(accepted, _poller, gone => _peers.TryRemove(gone, out _));
        _peers[peer] = true;
        _poller.Add(peer, Native.Readable);
    }

    public void Dispose() => Socket.Dispose();
}
