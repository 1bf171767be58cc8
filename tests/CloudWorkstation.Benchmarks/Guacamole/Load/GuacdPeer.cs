using System.Net.Sockets;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>One connection to guacd: the handshake, a first frame, then what the <see cref="Order"/> says.</summary>
internal sealed class GuacdPeer(Socket socket, Poller poller, Action<GuacdPeer> gone) : IPeer
{
    // Enough names for a host, and a password where a tunnel wants one.
    private static readonly byte[] Args = [.. "4.args,13.VERSION_1_5_0,8.hostname,4.port,8.password;"u8];
    private static readonly byte[] Ready1 = [.. "5.ready,37.$01234567-89ab-cdef-0123-456789abcdef;4.size,1.0,4.1024,3.768;4.sync,13.1700000000000,1.1;"u8];
    private static readonly byte[] Nop = [.. "3.nop;"u8];
    private static readonly Flood Stream = new(RecordedStream.Instance.Content);

    private readonly byte[] _input = new byte[4096];
    private int _length;
    private int _step;
    private Order? _order;
    private NumberedKeys? _keys;
    private long _offset;
    private long _sent;

    public Socket Socket => socket;

    public Work? Work => _order?.Work;

    public void Ready(uint events)
    {
        try
        {
            Turn(events);
        }
        catch (SocketException)
        {
            gone(this);
            throw;
        }
    }

    /// <summary>guacd's sign of life.</summary>
    public void SayNop() => Say(Nop);

    /// <summary>So many bytes of the stream, as far as there is room.</summary>
    public void SendFrame(int bytes)
    {
        if (_order is not null && socket.Connected)
        {
            Stream.SendOnce(socket, ref _offset, bytes);
        }
    }

    private void Turn(uint events)
    {
        switch (_order?.Work)
        {
            case Load.Work.Flood:
                Stream.Send(socket, ref _offset);
                break;
            case Load.Work.Echo:
                Receive(_input.Length);
                SkipNops();
                Say(_input.AsSpan(0, _length));
                _length = 0;
                break;
            case Load.Work.Frames:
                Flood.Swallow(socket);
                break;
            case Load.Work.Part:
                SendPart(events);
                break;
            default:
                Receive(_step < 2 ? _input.Length : Order.Bytes);
                Talk();
                break;
        }
    }

    private void SendPart(uint events)
    {
        if ((events & Native.Readable) != 0)
        {
            _keys!.Take(Receive(_input.Length, from: 0));
            _order!.Problem ??= _keys.Problem;
        }

        if (_sent < _order!.Length)
        {
            _sent += Stream.SendOnce(socket, ref _offset, (int)Math.Min(_order.Length - _sent, 256 * 1024));
        }
        else if (_order.Ending != Ending.BrowserReset && socket.Connected)
        {
            EndPart();
        }
    }

    private void EndPart()
    {
        if (_order!.Ending == Ending.GuacdReset)
        {
            socket.LingerState = new LingerOption(enable: true, 0);
            gone(this);
            socket.Dispose();
            return;
        }

        socket.Shutdown(SocketShutdown.Send);
        poller.Change(this, Native.Readable);
    }

    private ReadOnlySpan<byte> Receive(int room, int from)
    {
        var received = Poller.Receive(socket, _input.AsSpan(from, room));
        return _input.AsSpan(from, received);
    }

    private void Receive(int room) => _length += Poller.Receive(socket, _input.AsSpan(_length, room - _length));

    /// <summary>A tunnel speaks up for a page that is silent, so a sign of life may stand before anything.</summary>
    private void SkipNops()
    {
        while (_length >= Nop.Length && _input.AsSpan(0, Nop.Length).SequenceEqual(Nop))
        {
            _length -= Nop.Length;
            _input.AsSpan(Nop.Length, _length).CopyTo(_input);
        }
    }

    private void Talk()
    {
        SkipNops();
        var input = _input.AsSpan(0, _length);
        if (_step == 2 && _length == Order.Bytes)
        {
            (_order, _keys) = (Order.Take(input), new NumberedKeys());
            poller.Change(this, _order.Work switch { Load.Work.Flood => Native.Writable, Load.Work.Part => Native.Writable | Native.Readable, _ => Native.Readable });
            _length = 0;
        }
        else if (_step < 2 && input.EndsWith(";"u8) && (_step == 0 || input.IndexOf("7.connect,"u8) >= 0))
        {
            Say(_step++ == 0 ? Args : Ready1);
            _length = 0;
        }
    }

    private void Say(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            socket.Send(bytes, SocketFlags.None, out _);
        }
    }
}
