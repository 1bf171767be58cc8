using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CloudWorkstation.Benchmarks.Guacamole.Load;

internal enum Work
{
    /// <summary>Instructions without end, as fast as they are taken.</summary>
    Flood,

    /// <summary>A frame when the pace says so.</summary>
    Frames,

    /// <summary>What comes goes back.</summary>
    Echo,

    /// <summary>So many bytes of the stream, then an end.</summary>
    Part,
}

internal enum Ending
{
    /// <summary>guacd says all it has and closes.</summary>
    ByGuacd,

    /// <summary>guacd resets the connection.</summary>
    GuacdReset,

    /// <summary>The browser resets the connection.</summary>
    BrowserReset,
}

/// <summary>
/// What a session's guacd is to do. The browser says which order is meant by the key of a key event, so that the same bytes go through tunnels that read
/// instructions and through those that do not.
/// </summary>
internal sealed class Order(Work work)
{
    /// <summary>Every order is as long as every other: guacd reads not a byte more.</summary>
    public const int Bytes = 24;

    private const long FirstKey = 1_000_000_000;
    private static readonly ConcurrentDictionary<string, Order> All = new(StringComparer.Ordinal);
    private static long _last = FirstKey;

    public Work Work => work;

    /// <summary>Of <see cref="Work.Part"/>: how much guacd sends.</summary>
    public long Length { get; init; }

    public Ending Ending { get; init; }

    /// <summary>Of <see cref="Work.Part"/>: why what guacd got is not what was sent; null when it is.</summary>
    public string? Problem { get; set; }

    /// <summary>The instruction that gives the order.</summary>
    public byte[] Give()
    {
        var key = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        var instruction = $"3.key,10.{key},1.1;";
        All[instruction] = this;
        return Encoding.ASCII.GetBytes(instruction);
    }

    public static Order Take(ReadOnlySpan<byte> instruction) =>
        All.TryRemove(Encoding.ASCII.GetString(instruction), out var order) ? order : throw new IOException($"No order: {Encoding.ASCII.GetString(instruction)}");
}
