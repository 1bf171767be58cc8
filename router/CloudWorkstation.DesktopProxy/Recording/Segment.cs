using System.Buffers;
using System.Buffers.Binary;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>The records of one chunk, in a buffer that is borrowed for as long as there are any.</summary>
/// <param name="most">Bytes of records that one chunk may have; 0, or what no chunk can have, for as many as a chunk can have.</param>
internal sealed class Segment(int most = 0)
{
    // Less would not hold a record.
    private const int Least = 1024;
    private readonly int _most = Most(most);
    private byte[]? _buffer;

    public int Length { get; private set; }

    public uint From { get; private set; }

    public uint To { get; private set; }

    public int Room => _most - Length;

    public static int Most(int wanted) => wanted is >= Least and <= ChunkSeal.MaximumContent ? wanted : ChunkSeal.MaximumContent;

    public ReadOnlySpan<byte> Content => _buffer.AsSpan(0, Length);

    public void Append(RecordKind kind, uint at, ReadOnlySpan<byte> content)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(_most);
        if (Length == 0)
        {
            From = at;
        }

        To = at;
        StreamRecord.WriteHead(_buffer.AsSpan(Length), kind, at, content.Length);
        content.CopyTo(_buffer.AsSpan(Length + StreamRecord.HeadBytes));
        Length += StreamRecord.HeadBytes + content.Length;
    }

    /// <summary>Gives the buffer back, without what was in it: others borrow it next.</summary>
    public void Clear()
    {
        if (_buffer is { } buffer)
        {
            buffer.AsSpan(0, Length).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }

        (_buffer, Length, From, To) = (null, 0, 0, 0);
    }

    /// <summary>A position that the pointer has left already needs no record of its own.</summary>
    public static void WritePointer(Span<byte> target, byte buttons, ushort x, ushort y)
    {
        target[0] = buttons;
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], x);
        BinaryPrimitives.WriteUInt16BigEndian(target[3..], y);
    }
}
