using System.Buffers.Binary;

namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>Frames as a browser sends them: masked, by a key that is always the same here.</summary>
internal static class Frame
{
    public const byte Text = 0x81;
    public const byte Binary = 0x82;
    public const byte Close = 0x88;
    public const byte Ping = 0x89;
    public const byte Pong = 0x8A;

    // What noVNC collects before it sends.
    private const int Largest = 10 * 1024;

    private static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    /// <summary>As many frames as noVNC would make of it.</summary>
    public static byte[] Split(byte[] message) => [.. message.Chunk(Largest).SelectMany(part => Make(part))];

    public static byte[] Make(ReadOnlySpan<byte> payload, byte kind = Binary)
    {
        var header = payload.Length < 126 ? 2 : 4;
        var frame = new byte[header + Key.Length + payload.Length];
        frame[0] = kind;
        frame[1] = (byte)(0x80 | (header == 2 ? payload.Length : 126));
        if (header == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }

        Key.CopyTo(frame, header);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[header + Key.Length + i] = (byte)(payload[i] ^ Key[i & 3]);
        }

        return frame;
    }
}
