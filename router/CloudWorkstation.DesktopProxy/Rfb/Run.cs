using System.Runtime.InteropServices;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>Bytes of a buffer that go on, moved together as they are found to pass.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Run
{
    // Whatever is longer stands in the buffer itself, never in a stream's header.
    private const int LongestHeader = 20;

    public int Start;
    public int End;

    public readonly int Length => End - Start;

    /// <summary>Adds <paramref name="bytes"/>, which stand right before <paramref name="end"/> or, for a header, stood there and in the buffer before.</summary>
    public void Add(byte[] buffer, ReadOnlySpan<byte> bytes, int end)
    {
        if (Length == 0)
        {
            Start = End = end - bytes.Length;
        }

        // In bulk the bytes already stand where they belong.
        if (End != end - bytes.Length || bytes.Length <= LongestHeader)
        {
            bytes.CopyTo(buffer.AsSpan(End));
        }

        End += bytes.Length;
    }

    /// <summary>Goes past as much of a message's body as stands in <c>buffer[from..to]</c>; adds it when the message passes.</summary>
    public void Follow(byte[] buffer, ref int from, int to, ref long body, bool pass)
    {
        var take = (int)Math.Min(body, to - from);
        if (pass)
        {
            Add(buffer, buffer.AsSpan(from, take), from + take);
        }

        from += take;
        body -= take;
    }
}
