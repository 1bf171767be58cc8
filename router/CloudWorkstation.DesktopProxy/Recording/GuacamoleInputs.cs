using System.Text;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Finds keys, pointer and that there was something else in the page's instructions, which come whole and counted as guacd counts.</summary>
internal sealed class GuacamoleInputs(Recorder recorder)
{
    private readonly InstructionScanner _scanner = new(Counting.CodePoints, InstructionLimits.OfPage);

    public void Take(ReadOnlySpan<byte> bytes)
    {
        var isAscii = Ascii.IsValid(bytes);
        while (_scanner.Next(bytes, isAscii) == Scanned.Whole)
        {
            Tell(bytes, _scanner.Found);
            bytes = bytes[_scanner.Found.Length..];
        }
    }

    private void Tell(ReadOnlySpan<byte> at, Instruction instruction)
    {
        var opcode = instruction.Value(at, 0);
        if (opcode.SequenceEqual("key"u8) && instruction.Count >= 3)
        {
            recorder.Key((uint)Number(instruction.Value(at, 1)), Number(instruction.Value(at, 2)) != 0);
        }
        else if (opcode.SequenceEqual("mouse"u8) && instruction.Count >= 4)
        {
            recorder.Pointer((byte)Number(instruction.Value(at, 3)), (ushort)Number(instruction.Value(at, 1)), (ushort)Number(instruction.Value(at, 2)));
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
