using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using CloudWorkstation.Benchmarks.Tunnel.Load;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

/// <summary>What a tunnel hands to the page, frame by frame, however the network cuts it. Pings are answered.</summary>
internal sealed class ServerStream(Socket socket)
{
    private const int HeaderRoom = 10;

    private readonly byte[] _control = new byte[125];
    private readonly byte[] _header = new byte[HeaderRoom];
    private int _controlLength;
    private int _headerLength;
    private long _remaining;

    public delegate void Payload(ReadOnlySpan<byte> bytes, bool endsMessage);

    /// <summary>One receive into <paramref name="buffer"/>, which is needed no longer than that.</summary>
    /// <exception cref="SocketException">The connection is over.</exception>
    /// <exception cref="ClosedException">The tunnel said so.</exception>
    public void Receive(byte[] buffer, Payload take)
    {
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, Poller.Receive(socket, buffer));
        while (rest.Length > 0)
        {
            if (_remaining == 0 && !TakeHeader(ref rest))
            {
                continue;
            }

            var part = rest[..(int)Math.Min(_remaining, rest.Length)];
            rest = rest[part.Length..];
            _remaining -= part.Length;
            if ((_header[0] & 0x0F) <= 2)
            {
                take(part, endsMessage: _remaining == 0 && (_header[0] & 0x80) != 0);
            }
            else
            {
                part.CopyTo(_control.AsSpan(_controlLength));
                _controlLength += part.Length;
            }

            EndFrame();
        }
    }

    /// <summary>False as long as it is not whole, or when nothing follows it.</summary>
    private bool TakeHeader(ref ReadOnlySpan<byte> rest)
    {
        if (_headerLength >= 2 && _headerLength == HeaderBytes())
        {
            _headerLength = 0;
        }

        _header[_headerLength++] = rest[0];
        rest = rest[1..];
        if (_headerLength < 2 || _headerLength < HeaderBytes())
        {
            return false;
        }

        _remaining = _header[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => (long)BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            var small => small,
        };
        _controlLength = 0;
        EndFrame();
        return _remaining > 0;
    }

    private int HeaderBytes() => _header[1] switch { 126 => 4, 127 => 10, _ => 2 };

    private void EndFrame()
    {
        if (_remaining > 0)
        {
            return;
        }

        switch (_header[0])
        {
            case Frame.Ping:
                socket.Send(Frame.Make(_control.AsSpan(0, _controlLength), Frame.Pong), SocketFlags.None, out _);
                break;
            case Frame.Close:
                var code = _controlLength < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(_control);
                throw new ClosedException(code, Encoding.ASCII.GetString(_control, Math.Min(2, _controlLength), Math.Max(0, _controlLength - 2)));
        }
    }
}

/// <summary>The tunnel closed the session with a frame that says why.</summary>
internal sealed class ClosedException(int code, string reason) : IOException($"The tunnel closed the session: {code} {reason}")
{
    public int Code => code;
}
