using System.Buffers.Binary;

namespace CloudWorkstation.Tokens.Recordings;

/// <summary>What a record of a recording tells.</summary>
public enum RecordKind : byte
{
    /// <summary>The first of all: <c>rfb</c> or <c>guacamole</c>, and <c>+keys</c> where key events are kept.</summary>
    Start = 0,

    /// <summary>Bytes that went to the browser. A message may go on in the next record.</summary>
    Screen = 1,

    /// <summary>A key: 1 for down or 0, then its keysym in four bytes. Only where the policy keeps them.</summary>
    Key = 2,

    /// <summary>A person was at work: one byte of <see cref="Activity"/>. At most one of a kind in a second.</summary>
    Mark = 3,

    /// <summary>Where the pointer is: buttons in one byte, x and y in two each.</summary>
    Pointer = 4,

    /// <summary>The last of all: the word why the session ended.</summary>
    End = 5,
}

public enum Activity : byte
{
    Key = (byte)'k',
    Pointer = (byte)'p',
    Touch = (byte)'t',
    Clipboard = (byte)'c',
    File = (byte)'f',
}

/// <summary>One record: kind, milliseconds since the recording's beginning, length, content. 9 bytes before the content, big endian.</summary>
public readonly ref struct StreamRecord(RecordKind kind, uint at, ReadOnlySpan<byte> content)
{
    public const int HeadBytes = 9;

    public RecordKind Kind { get; } = kind;

    public uint At { get; } = at;

    public ReadOnlySpan<byte> Content { get; } = content;

    public static void WriteHead(Span<byte> target, RecordKind kind, uint at, int length)
    {
        target[0] = (byte)kind;
        BinaryPrimitives.WriteUInt32BigEndian(target[1..], at);
        BinaryPrimitives.WriteInt32BigEndian(target[5..], length);
    }

    /// <summary>Takes the first record off <paramref name="records"/>; false at the end, and for what is no record.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> records, out StreamRecord record)
    {
        record = default;
        if (records.Length < HeadBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(records[5..]);
        if (length < 0 || length > records.Length - HeadBytes)
        {
            return false;
        }

        record = new StreamRecord((RecordKind)records[0], BinaryPrimitives.ReadUInt32BigEndian(records[1..]), records.Slice(HeadBytes, length));
        records = records[(HeadBytes + length)..];
        return true;
    }
}
