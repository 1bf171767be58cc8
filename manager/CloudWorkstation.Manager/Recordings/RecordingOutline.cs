using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>
/// A chunk without its pictures: what people did, and in which seconds there was something to see. Eight hours of it are small enough to be
/// held by a page, which finds its way in the recording with it.
/// </summary>
internal static class RecordingOutline
{
    /// <summary>Less than this on the screen is a sign of life and no picture.</summary>
    private const int Picture = 64;

    public static byte[] Of(ReadOnlySpan<byte> records)
    {
        var outline = new MemoryStream();
        var second = uint.MaxValue;
        while (StreamRecord.TryRead(ref records, out var record))
        {
            if (record.Kind == RecordKind.Screen)
            {
                if (record.Content.Length > Picture && record.At / 1000 != second)
                {
                    second = record.At / 1000;
                    Add(outline, record.Kind, record.At, []);
                }
            }
            else if (record.Kind != RecordKind.Pointer)
            {
                Add(outline, record.Kind, record.At, record.Content);
            }
        }

        return outline.ToArray();
    }

    private static void Add(MemoryStream outline, RecordKind kind, uint at, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[StreamRecord.HeadBytes];
        StreamRecord.WriteHead(head, kind, at, content.Length);
        outline.Write(head);
        outline.Write(content);
    }
}
