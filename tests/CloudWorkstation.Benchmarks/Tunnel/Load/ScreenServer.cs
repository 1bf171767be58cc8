using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>The VNC server behind every tunnel.</summary>
internal sealed class ScreenServer(Poller poller) : PeerServer(poller)
{
    private long _swallowed;

    /// <summary>Bytes that arrived from browsers that upload.</summary>
    public long Swallowed => Volatile.Read(ref _swallowed);

    protected override IPeer Meet(Socket accepted)
    {
        var screen = new Screen(accepted, Poller, swallowed => Volatile.Write(ref _swallowed, _swallowed + swallowed));
        screen.Greet();
        return screen;
    }
}
