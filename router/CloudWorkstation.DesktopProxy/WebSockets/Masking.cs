using System.Numerics;
using System.Runtime.InteropServices;

namespace CloudWorkstation.DesktopProxy.WebSockets;

/// <summary>The exclusive-or of RFC 6455 section 5.3, in place and as wide as the processor allows.</summary>
internal static class Masking
{
    /// <summary>Applies <paramref name="key"/>, whose lowest byte in memory belongs to the first byte of <paramref name="data"/>.</summary>
    /// <returns>The key, rotated so that it fits the byte after <paramref name="data"/>.</returns>
    public static uint Apply(Span<byte> data, uint key)
    {
        var done = 0;
        if (Vector.IsHardwareAccelerated && data.Length >= Vector<byte>.Count)
        {
            var wide = Vector.AsVectorByte(new Vector<uint>(key));
            var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(data);
            for (var i = 0; i < vectors.Length; i++)
            {
                vectors[i] ^= wide;
            }

            done = vectors.Length * Vector<byte>.Count;
        }

        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, key);
        for (var i = done; i < data.Length; i++)
        {
            data[i] ^= bytes[i & 3];
        }

        return Rotate(key, data.Length & 3);
    }

    private static uint Rotate(uint key, int bytes) =>
        BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, bytes * 8) : BitOperations.RotateLeft(key, bytes * 8);
}
