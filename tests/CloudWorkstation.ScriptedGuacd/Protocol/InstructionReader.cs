using System.Text;

namespace CloudWorkstation.Guacd;

/// <summary>What a peer sent is no Guacamole protocol; guacd drops such a peer.</summary>
public sealed class MalformedException(string message) : Exception(message);

/// <summary>
/// Reads instructions with guacd's limits: 8,192 code points in five digits an element, 128 elements, 32 KiB an instruction. Like guacd it takes the length of a
/// character from its first byte; unlike guacd it tells when a text was not UTF-8.
/// </summary>
public sealed class InstructionReader(Stream stream)
{
    public const int MaximumElement = 8_192;
    public const int MaximumElements = 128;
    public const int MaximumInstruction = 32 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[MaximumInstruction];
    private int _start;
    private int _end;

    /// <summary>How many elements so far were not UTF-8: a tunnel must let none through.</summary>
    public int InvalidTexts { get; private set; }

    /// <summary>The next instruction; null when the peer has closed between two of them.</summary>
    /// <exception cref="MalformedException">It is none, or is cut off.</exception>
    public async Task<Instruction?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake() is { } instruction)
            {
                return instruction;
            }

            Compact();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return _start == _end ? null : throw new MalformedException("The stream ended inside an instruction.");
            }

            _end += read;
        }
    }

    private void Compact()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            throw new MalformedException("Instruction too long.");
        }
    }

    private Instruction? TryTake()
    {
        var elements = new List<string>();
        var position = _start;
        while (true)
        {
            if (elements.Count == MaximumElements)
            {
                throw new MalformedException("Too many elements.");
            }

            if (!TryTakeLength(ref position, out var length) || !TryTakeText(ref position, length, out var text))
            {
                return null;
            }

            elements.Add(text);
            switch (_buffer[position++])
            {
                case (byte)';':
                    _start = position;
                    return new Instruction(elements[0], [.. elements.Skip(1)]);
                case (byte)',':
                    break;
                default:
                    throw new MalformedException($"An element's length is wrong: {elements[0]}.");
            }
        }
    }

    private bool TryTakeLength(ref int position, out int length)
    {
        length = 0;
        while (position < _end)
        {
            var c = _buffer[position++];
            if (c == (byte)'.')
            {
                return true;
            }

            length = c is >= (byte)'0' and <= (byte)'9' ? (length * 10) + c - '0' : throw new MalformedException($"No digit of a length: 0x{c:X2}.");
            if (length > MaximumElement)
            {
                throw new MalformedException("An element is too long.");
            }
        }

        return false;
    }

    /// <summary>True when the text and the byte behind it are there.</summary>
    private bool TryTakeText(ref int position, int length, out string text)
    {
        var end = position;
        for (var i = 0; i < length && end < _end; i++)
        {
            end += Size(_buffer[end]);
        }

        text = "";
        if (end >= _end)
        {
            return false;
        }

        var bytes = _buffer.AsSpan(position, end - position);
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            InvalidTexts++;
            text = Encoding.Latin1.GetString(bytes);
        }

        position = end;
        return true;
    }

    private static int Size(byte first) => first switch
    {
        >= 0xC0 and < 0xE0 => 2,
        >= 0xE0 and < 0xF0 => 3,
        >= 0xF0 and < 0xF8 => 4,
        _ => 1,
    };
}
