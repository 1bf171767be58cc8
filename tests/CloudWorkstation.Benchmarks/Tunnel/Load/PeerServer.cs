using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>What stands behind every tunnel: takes connections in on the poller's thread, where their peers live too.</summary>
internal abstract class PeerServer : IPeer, IDisposable
{
    /// <summary>Without a bound the kernel takes in gigabytes at 500 sessions, and a short run measures its buffers.</summary>
    public const int SocketBuffer = 128 * 1024;

    protected PeerServer(Poller poller)
    {
        Poller = poller;
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Listen(1024);
        Socket.Blocking = false;
        poller.Add(this, Native.Readable);
    }

    public Socket Socket { get; } = new(SocketType.Stream, ProtocolType.Tcp);

    public int Port => ((IPEndPoint)Socket.LocalEndPoint!).Port;

    protected Poller Poller { get; }

    public void Ready(uint events)
    {
        var accepted = Socket.Accept();
        accepted.NoDelay = true;
        accepted.Blocking = false;
        accepted.SendBufferSize = accepted.ReceiveBufferSize = SocketBuffer;
        Poller.Add(Meet(accepted), Native.Readable);
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>Who talks on a new connection.</summary>
    protected abstract IPeer Meet(Socket accepted);
}
