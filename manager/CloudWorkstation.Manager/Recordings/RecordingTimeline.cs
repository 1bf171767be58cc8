using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>What people did in a recording, without its pictures.</summary>
internal static class RecordingTimeline
{
    // X11's keysyms: Latin-1 stands for itself, everything else of Unicode from here on.
    private const uint UnicodeKeysyms = 0x01000000;

    public static async IAsyncEnumerable<TimelineMark> OfAsync(Recording recording, IAsyncEnumerable<OpenedChunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new TimelineMark(recording.StartedAt, 0, "begin", recording.ViewerName);
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            foreach (var mark in Marks(recording, chunk.Records.Span))
            {
                yield return mark;
            }
        }
    }

    private static List<TimelineMark> Marks(Recording recording, ReadOnlySpan<byte> records)
    {
        var marks = new List<TimelineMark>();
        while (StreamRecord.TryRead(ref records, out var record))
        {
            var at = recording.StartedAt.AddMilliseconds(record.At);
            switch (record.Kind)
            {
                case RecordKind.Mark when record.Content.Length == 1:
                    marks.Add(new TimelineMark(at, record.At, "activity", Name((Activity)record.Content[0])));
                    break;
                case RecordKind.Key when record.Content.Length == 5:
                    var keysym = BinaryPrimitives.ReadUInt32BigEndian(record.Content[1..]);
                    marks.Add(new TimelineMark(at, record.At, "key", Character(keysym), keysym, record.Content[0] != 0));
                    break;
                case RecordKind.End:
                    marks.Add(new TimelineMark(at, record.At, "end", Encoding.ASCII.GetString(record.Content)));
                    break;
            }
        }

        return marks;
    }

    private static string Name(Activity activity) => Enum.IsDefined(activity) ? activity.ToString().ToLowerInvariant() : "other";

    private static string Character(uint keysym) => keysym switch
    {
        (>= 0x20 and <= 0x7e) or (>= 0xa0 and <= 0xff) => ((char)keysym).ToString(),
        > UnicodeKeysyms and <= UnicodeKeysyms + 0x10ffff when Rune.IsValid((int)(keysym - UnicodeKeysyms)) => new Rune(keysym - UnicodeKeysyms).ToString(),
        _ => "0x" + keysym.ToString("x", CultureInfo.InvariantCulture),
    };
}
