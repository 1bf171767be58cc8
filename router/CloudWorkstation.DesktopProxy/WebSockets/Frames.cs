using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.WebSockets;

internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>Writes frame headers as a server does: final, unmasked (RFC 6455 section 5.2).</summary>
internal static class Frames
{
    /// <summary>Room to leave in front of a payload for the largest header.</summary>
    public const int MaximumServerHeader = 10;

    public const int MaximumControlPayload = 125;

    /// <summary>Writes the header that ends right before <paramref name="payloadStart"/>; the result is where it begins.</summary>
    public static int WriteHeaderBefore(Span<byte> buffer, int payloadStart, int payloadLength, Opcode opcode)
    {
        var start = payloadStart - HeaderLength(payloadLength);
        buffer[start] = (byte)(0x80 | (byte)opcode);
        switch (payloadStart - start)
        {
            case 2:
                buffer[start + 1] = (byte)payloadLength;
                break;
            case 4:
                buffer[start + 1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(buffer[(start + 2)..], (ushort)payloadLength);
                break;
            default:
                buffer[start + 1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(buffer[(start + 2)..], (ulong)payloadLength);
                break;
        }

        return start;
    }

    private static int HeaderLength(int payloadLength) => payloadLength switch
    {
        <= MaximumControlPayload => 2,
        <= ushort.MaxValue => 4,
        _ => MaximumServerHeader,
    };
}
