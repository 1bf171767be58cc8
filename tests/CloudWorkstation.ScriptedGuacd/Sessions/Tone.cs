using System.Buffers.Binary;

namespace CloudWorkstation.Guacd;

/// <summary>A sine as raw 16-bit samples.</summary>
internal static class Tone
{
    public const int Rate = 44_100;
    public const int Channels = 2;
    private const double Loudness = 8_000;

    public static byte[] Make(TimeSpan duration, int hertz)
    {
        var samples = new byte[(int)(duration.TotalSeconds * Rate) * Channels * sizeof(short)];
        for (var at = 0; at < samples.Length; at += sizeof(short))
        {
            var time = at / (sizeof(short) * Channels) / (double)Rate;
            BinaryPrimitives.WriteInt16LittleEndian(samples.AsSpan(at), (short)(Loudness * Math.Sin(2 * Math.PI * hertz * time)));
        }

        return samples;
    }
}
