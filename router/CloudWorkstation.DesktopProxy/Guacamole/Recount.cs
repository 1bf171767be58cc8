using System.Text;
using System.Buffers.Text;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// Writes an instruction with the lengths that the other side counts. Only instructions with characters outside the BMP need it: without, one
/// emoji would cost the page that instruction and the next.
/// </summary>
internal static class Recount
{
    /// <summary>How many bytes a recounted instruction may be longer: a digit for each element.</summary>
    public static int Growth(int elements) => elements;

    /// <param name="instruction">A whole one, as a scanner found it.</param>
    /// <param name="from">How its lengths are counted.</param>
    /// <param name="target">May begin before and overlap <paramref name="instruction"/> when lengths only become smaller.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> instruction, Counting from, Span<byte> target)
    {
        var (read, written) = (0, 0);
        while (read < instruction.Length)
        {
            var dot = instruction[read..].IndexOf((byte)'.');
            _ = Utf8Parser.TryParse(instruction.Slice(read, dot), out int length, out _);
            read += dot + 1;
            var (size, other) = Measure(instruction[read..], length, from);

            // The value may stand where its new length goes, never before.
            Utf8Formatter.TryFormat(other, target[written..], out var digits);
            written += digits;
            target[written++] = (byte)'.';
            instruction.Slice(read, size + 1).CopyTo(target[written..]);
            written += size + 1;
            read += size + 1;
        }

        return written;
    }

    /// <summary>Bytes of <paramref name="length"/> units, and how the other side counts them.</summary>
    private static (int Size, int Other) Measure(ReadOnlySpan<byte> bytes, int length, Counting from)
    {
        var (size, other) = (0, 0);
        while (length > 0)
        {
            _ = Rune.DecodeFromUtf8(bytes[size..], out var rune, out var consumed);
            var (mine, others) = from == Counting.CodePoints ? (1, rune.Utf16SequenceLength) : (rune.Utf16SequenceLength, 1);
            length -= mine;
            other += others;
            size += consumed;
        }

        return (size, other);
    }
}
