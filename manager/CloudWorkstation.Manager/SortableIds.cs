using System.Security.Cryptography;

namespace CloudWorkstation.Manager;

/// <summary>
/// Ids of 26 characters that sort by the time they were made: 48 bits of milliseconds, then 80 random bits that are counted up within a
/// millisecond, in Crockford's base 32 (lower case). Later ids of one process are always greater.
/// </summary>
public sealed class SortableIds(TimeProvider time)
{
    public const int Length = 26;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private readonly Lock gate = new();
    private UInt128 last;

    public string Next()
    {
        var stamp = (UInt128)(ulong)time.GetUtcNow().ToUnixTimeMilliseconds() << 80;
        lock (gate)
        {
            last = stamp > last >> 80 << 80 ? stamp | Random() : last + 1;
            return Encode(last);
        }
    }

    /// <summary>The first id that a moment could give: a lower bound for queries.</summary>
    public static string LowerBound(DateTimeOffset at) => Encode((UInt128)(ulong)at.ToUnixTimeMilliseconds() << 80);

    /// <summary>When an id was made, to the millisecond.</summary>
    public static DateTimeOffset TimeOf(string id)
    {
        var value = id.Aggregate(UInt128.Zero, (sum, c) => (sum << 5) | (uint)Alphabet.IndexOf(c, StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(ulong)(value >> 80));
    }

    // The top bit of the random part stays free, so that counting up cannot run into the time.
    private static UInt128 Random()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        bytes[..6].Clear();
        bytes[6] &= 0x7f;
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static string Encode(UInt128 value) => string.Create(Length, value, static (text, rest) =>
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(uint)(rest & 31)];
            rest >>= 5;
        }
    });
}
