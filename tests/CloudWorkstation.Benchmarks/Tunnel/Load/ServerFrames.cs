using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>Counts what a tunnel hands to the browser and answers its pings.</summary>
internal sealed class ServerFrames(Socket socket, bool framed)
{
    private readonly byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>One receive; the result is how many bytes of the VNC server's came with it.</summary>
    /// <exception cref="SocketException">The connection is over.</exception>
    /// <exception cref="IOException">The tunnel sent a close frame; the message says with what.</exception>
    public int Receive()
    {
        _length += Poller.Receive(socket, _buffer.AsSpan(_length));
        var data = framed ? 0 : _length;
        var position = framed ? 0 : _length;
        while (TryNext(ref position, out var kind, out var payload))
        {
            data += kind == Frame.Binary ? payload.Length : 0;
            React(kind, payload);
        }

        _buffer.AsSpan(position, _length - position).CopyTo(_buffer);
        _length -= position;
        return data;
    }

    private bool TryNext(ref int position, out byte kind, out ReadOnlySpan<byte> payload)
    {
        kind = 0;
        payload = default;
        var rest = _buffer.AsSpan(position, _length - position);
        var header = rest.Length < 2 || rest[1] < 126 ? 2 : 4;
        if (rest.Length < header)
        {
            return false;
        }

        var length = header == 2 ? rest[1] : BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (rest.Length < header + length)
        {
            return false;
        }

        kind = rest[0];
        payload = rest.Slice(header, length);
        position += header + length;
        return true;
    }

    private void React(byte kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case Frame.Ping:
                socket.Send(Frame.Make(payload, Frame.Pong));
                break;
            case Frame.Close:
                var code = payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);
                throw new IOException($"The tunnel closed the session: {code} {Encoding.ASCII.GetString(payload.Length < 2 ? default : payload[2..])}");
        }
    }
}
