using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Tests.Fuzzing;

/// <summary>A second reading of RFC 6143 section 7.5, written for whole streams and without the proxy's code: what a VNC server may be sent.</summary>
internal static class RfbReference
{
    /// <summary>Null when the bytes are messages that everybody knows, the last one perhaps cut off; else what is wrong.</summary>
    public static string? Problem(ReadOnlySpan<byte> stream)
    {
        var (at, marker) = (0, false);
        while (at < stream.Length)
        {
            var rest = stream[at..];
            var length = Length(rest, ref marker);
            if (length < 0)
            {
                return $"message type {rest[0]} at {at} of {stream.Length}";
            }

            at += (int)Math.Min(length, int.MaxValue - at);
        }

        return null;
    }

    /// <summary>The length of the message as far as it is known, at least what is there; negative: there is no such message.</summary>
    private static long Length(ReadOnlySpan<byte> m, ref bool marker)
    {
        switch (m[0])
        {
            case 0:
                return 20;
            case 2:
                return Encodings(m, ref marker);
            case 3 or 150:
                return 10;
            case 4:
                return 8;
            case 5:
                return marker && m.Length > 1 && m[1] >= 0x80 ? 7 : 6;
            case 6:
                var text = m.Length >= 8 ? (long)BinaryPrimitives.ReadInt32BigEndian(m[4..]) : 0;
                return text is < -(64 << 20) or > 64 << 20 || text is < 0 and > -4 ? -1 : 8 + Math.Abs(text);
            case 248:
                return m.Length < 9 ? 9 : m[8] <= 64 ? 9 + m[8] : -1;
            case 250:
                return 4;
            case 251:
                return m.Length < 8 ? 8 : 8 + (16 * m[6]);
            case 255:
                return m.Length < 2 || m[1] == 0 ? 12 : -1;
            default:
                return -1;
        }
    }

    private static int Encodings(ReadOnlySpan<byte> m, ref bool marker)
    {
        if (m.Length < 4)
        {
            return 4;
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(m[2..]);
        marker = false;
        for (var i = 0; i < count && 8 + (4 * i) <= m.Length; i++)
        {
            marker |= BinaryPrimitives.ReadInt32BigEndian(m[(4 + (4 * i))..]) == -316;
        }

        return 4 + (4 * count);
    }
}
