using System.Net;
using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>The VNC server behind every tunnel.</summary>
internal sealed class ScreenServer : IPeer, IDisposable
{
    /// <summary>Without a bound the kernel takes in gigabytes at 500 sessions, and a short run measures its buffers.</summary>
    public const int SocketBuffer = 128 * 1024;

    private readonly Poller _poller;
    private long _swallowed;

    public ScreenServer(Poller poller)
    {
        _poller = poller;
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Listen(1024);
        Socket.Blocking = false;
        poller.Add(this, Native.Readable);
    }

    public Socket Socket { get; } = new(SocketType.Stream, ProtocolType.Tcp);

    public int Port => ((IPEndPoint)Socket.LocalEndPoint!).Port;

    /// <summary>Bytes that arrived from browsers that upload.</summary>
    public long Swallowed => Volatile.Read(ref _swallowed);

    public void Ready(uint events)
    {
        var accepted = Socket.Accept();
        accepted.NoDelay = true;
        accepted.Blocking = false;
        accepted.SendBufferSize = accepted.ReceiveBufferSize = SocketBuffer;
        var screen = new Screen(accepted, _poller, swallowed => Volatile.Write(ref _swallowed, _swallowed + swallowed));
        _poller.Add(screen, Native.Readable);
        screen.Greet();
    }

    public void Dispose() => Socket.Dispose();
}
