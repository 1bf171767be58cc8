using System.Buffers;
using System.Text;

namespace CloudWorkstation.DesktopProxy.Guacamole;

internal enum Scanned
{
    /// <summary>An instruction is there to its semicolon.</summary>
    Whole,

    /// <summary>What is there may become one.</summary>
    Partial,

    /// <summary>What is there can never become one; see <see cref="InstructionScanner.Failure"/>.</summary>
    Refused,
}

/// <summary>How a peer counts the length of an element.</summary>
internal enum Counting
{
    /// <summary>guacd: Unicode code points.</summary>
    CodePoints,

    /// <summary>guacamole-common-js: what a JavaScript string has, UTF-16 units.</summary>
    Utf16Units,
}

/// <summary>What a peer may send.</summary>
internal sealed record InstructionLimits(int ElementLength, int Elements, int Bytes)
{
    /// <summary>guacd's own limits for what it reads: more would only make it drop the user.</summary>
    public static readonly InstructionLimits OfPage = new(8192, 128, 32 * 1024);

    /// <summary>guacd sends blobs of at most 8,064 characters; a small multiple of that is generous, and what a session may hold.</summary>
    public static readonly InstructionLimits OfGuacd = new(32 * 1024, 256, 64 * 1024);
}

/// <summary>
/// Finds the end of an instruction (<c>LENGTH.VALUE,LENGTH.VALUE;</c>) in bytes, without a string and without memory: a partial one is looked at again
/// when more of it is there.
/// </summary>
internal sealed class InstructionScanner(Counting counting, InstructionLimits limits)
{
    // 32768 has five digits, and no length above it is taken.
    private const int MaximumDigits = 5;

    /// <summary>Why <see cref="Scanned.Refused"/> was said, for the log; names no byte of the peer's.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>The instruction that <see cref="Next"/> found whole; another one after its next call.</summary>
    public Instruction Found { get; } = new();

    /// <param name="bytes">Begins where an instruction does.</param>
    /// <param name="isAscii">Known to have no byte above 0x7F, which spares the question for each element.</param>
    public Scanned Next(ReadOnlySpan<byte> bytes, bool isAscii)
    {
        var instruction = Found;
        instruction.Clear();
        var position = 0;
        while (true)
        {
            if (!TryReadLength(bytes, ref position, out var length))
            {
                return Failure.Length > 0 ? Scanned.Refused : Partial(bytes.Length);
            }

            // A character has at least one byte for each unit that anybody counts, and one byte more must follow.
            if (bytes.Length - position <= length)
            {
                return Partial(bytes.Length);
            }

            var size = length;
            if (!isAscii && !Ascii.IsValid(bytes.Slice(position, length)) && !TryMeasure(bytes[position..], length, out size))
            {
                return Failure.Length > 0 ? Scanned.Refused : Partial(bytes.Length);
            }

            instruction.Add(position, size);
            position += size;
            if (position == bytes.Length)
            {
                return Partial(bytes.Length);
            }

            var terminator = bytes[position++];
            if (terminator == (byte)';')
            {
                instruction.Length = position;
                return position <= limits.Bytes ? Scanned.Whole : Refuse($"an instruction of more than {limits.Bytes} bytes");
            }

            if (terminator != (byte)',')
            {
                return Refuse("an element that does not end where its length says");
            }

            if (instruction.Count == limits.Elements)
            {
                return Refuse($"an instruction of more than {limits.Elements} elements");
            }
        }
    }

    private bool TryReadLength(ReadOnlySpan<byte> bytes, ref int position, out int length)
    {
        length = 0;
        for (var digits = 0; position < bytes.Length; digits++)
        {
            var next = bytes[position++];
            if (next is < (byte)'0' or > (byte)'9')
            {
                if (digits == 0 || next != (byte)'.')
                {
                    Failure = "something that is no element";
                }

                return Failure.Length == 0;
            }

            length = (length * 10) + next - '0';
            if (digits == MaximumDigits || length > limits.ElementLength)
            {
                Failure = $"an element of more than {limits.ElementLength} characters";
                return false;
            }
        }

        return false;
    }

    /// <summary>Bytes of the next <paramref name="length"/> units; false when they are not all there, or are not UTF-8.</summary>
    private bool TryMeasure(ReadOnlySpan<byte> bytes, int length, out int size)
    {
        size = 0;
        while (length > 0)
        {
            switch (Rune.DecodeFromUtf8(bytes[size..], out var rune, out var consumed))
            {
                case OperationStatus.Done:
                    break;
                case OperationStatus.NeedMoreData:
                    return false;
                default:
                    Failure = "text that is not UTF-8";
                    return false;
            }

            var units = counting == Counting.Utf16Units ? rune.Utf16SequenceLength : 1;
            if (units > length)
            {
                Failure = "an element that ends inside a character";
                return false;
            }

            Found.IsCountedDifferently |= !rune.IsBmp;
            length -= units;
            size += consumed;
        }

        return true;
    }

    private Scanned Partial(int bytes) => bytes < limits.Bytes ? Scanned.Partial : Refuse($"an instruction of more than {limits.Bytes} bytes");

    private Scanned Refuse(string failure)
    {
        Failure = failure;
        return Scanned.Refused;
    }
}
