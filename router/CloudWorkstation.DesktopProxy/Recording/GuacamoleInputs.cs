using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Finds keys and pointer in the page's instructions, which come whole. Lengths count code points, of which UTF-8's continuation bytes are none.</summary>
internal sealed class GuacamoleInputs(Recorder recorder)
{
    private const int Elements = 4;

    public void Take(ReadOnlySpan<byte> bytes)
    {
        Span<Range> elements = stackalloc Range[Elements];
        var at = 0;
        while (at < bytes.Length)
        {
            var count = 0;
            for (var more = true; more;)
            {
                if (!TryElement(bytes, ref at, out var element) || at >= bytes.Length)
                {
                    return;
                }

                if (count < Elements)
                {
                    elements[count++] = element;
                }

                more = bytes[at++] == (byte)',';
            }

            Tell(bytes, elements[..count]);
        }
    }

    private void Tell(ReadOnlySpan<byte> bytes, ReadOnlySpan<Range> elements)
    {
        var opcode = bytes[elements[0]];
        if (opcode.SequenceEqual("key"u8) && elements.Length >= 3)
        {
            recorder.Key((uint)Number(bytes[elements[1]]), Number(bytes[elements[2]]) != 0);
        }
        else if (opcode.SequenceEqual("mouse"u8) && elements.Length >= 4)
        {
            recorder.Pointer((byte)Number(bytes[elements[3]]), (ushort)Number(bytes[elements[1]]), (ushort)Number(bytes[elements[2]]));
        }
        else if (opcode.SequenceEqual("touch"u8))
        {
            recorder.Mark(Activity.Touch);
        }
        else if (opcode.SequenceEqual("clipboard"u8))
        {
            recorder.Mark(Activity.Clipboard);
        }
        else if (opcode.SequenceEqual("file"u8) || opcode.SequenceEqual("put"u8))
        {
            recorder.Mark(Activity.File);
        }
    }

    /// <summary>Leaves <paramref name="at"/> at what ends the element.</summary>
    private static bool TryElement(ReadOnlySpan<byte> bytes, ref int at, out Range element)
    {
        element = default;
        var length = 0;
        for (; at < bytes.Length && bytes[at] is >= (byte)'0' and <= (byte)'9' && length < bytes.Length; at++)
        {
            length = (length * 10) + bytes[at] - '0';
        }

        if (at >= bytes.Length || bytes[at] != (byte)'.')
        {
            return false;
        }

        var start = ++at;
        for (; at < bytes.Length; at++)
        {
            if ((bytes[at] & 0xc0) != 0x80 && length-- == 0)
            {
                break;
            }
        }

        element = start..at;
        return true;
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        var number = 0L;
        foreach (var digit in text)
        {
            number = digit is >= (byte)'0' and <= (byte)'9' && number < uint.MaxValue ? (number * 10) + digit - '0' : number;
        }

        return Math.Min(number, uint.MaxValue);
    }
}
