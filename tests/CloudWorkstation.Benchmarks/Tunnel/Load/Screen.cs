using System.Net.Sockets;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>
/// One connection to the VNC server: honest handshake without a password, then it floods, swallows or echoes. The browser says which by
/// the x position of a FramebufferUpdateRequest, so that the same bytes go through tunnels that read RFB and through those that do not.
/// </summary>
internal sealed class Screen(Socket socket, Poller poller, Action<int> swallowed) : IPeer
{
    private const int RequestBytes = 10;

    // What the client sends in each step of RFB 3.8, and what it gets for it.
    private static readonly (int Expected, byte[] Answer)[] Steps =
    [
        (12, [1, 1]),
        (1, [0, 0, 0, 0]),
        (1, [7, 128, 4, 56, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'b']),
    ];

    private static readonly Flood Pixels = new(new byte[1024 * 1024]);

    private readonly byte[] _input = new byte[512];
    private int _length;
    private int _step;
    private LoadKind? _kind;
    private long _offset;

    public Socket Socket => socket;

    public void Greet() => socket.Send("RFB 003.008\n"u8);

    public void Ready(uint events)
    {
        switch (_kind)
        {
            case LoadKind.Download:
                Pixels.Send(socket, ref _offset);
                break;
            case LoadKind.Upload:
                swallowed(Flood.Swallow(socket));
                break;
            case LoadKind.Echo:
                Receive();
                if (_length > 0)
                {
                    socket.Send(_input.AsSpan(0, _length));
                    _length = 0;
                }

                break;
            default:
                Receive();
                Talk();
                break;
        }
    }

    private void Receive()
    {
        // During the handshake not a byte more than belongs to it: what follows may be for the flood.
        var room = _kind is LoadKind.Echo ? _input.Length : (_step < Steps.Length ? Steps[_step].Expected : RequestBytes) - _length;
        _length += Poller.Receive(socket, _input.AsSpan(_length, room));
    }

    private void Talk()
    {
        if (_step < Steps.Length && _length == Steps[_step].Expected)
        {
            socket.Send(Steps[_step++].Answer);
            _length = 0;
        }
        else if (_step == Steps.Length && _length == RequestBytes)
        {
            (_kind, _length) = ((LoadKind)_input[3], 0);
            if (_kind == LoadKind.Download)
            {
                poller.Change(this, Native.Writable);
            }
        }
    }
}
