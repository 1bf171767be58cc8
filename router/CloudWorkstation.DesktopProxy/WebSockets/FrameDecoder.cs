using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CloudWorkstation.DesktopProxy.WebSockets;

internal enum PieceKind
{
    /// <summary>The input is used up; whatever began continues with the next bytes.</summary>
    NeedMore,

    /// <summary>A run of a message's payload, unmasked in place; how messages and frames are cut does not matter.</summary>
    Data,
    Ping,
    Pong,
    Close,

    /// <summary>RFC 6455 was broken; the connection must be failed (section 7.1.7).</summary>
    Error,
}

/// <summary>What the decoder found: <paramref name="Start"/> and <paramref name="Length"/> only matter for <see cref="PieceKind.Data"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Piece(PieceKind Kind, int Start, int Length);

/// <summary>
/// Decodes a browser's frames (RFC 6455 section 5) wherever the network cut them. Data is handed on as it arrives, so a frame of
/// any size needs no memory; control frames, at most 125 bytes, are collected in <see cref="Control"/>.
/// </summary>
internal sealed class FrameDecoder(Opcode data = Opcode.Binary)
{
    private const int MaximumClientHeader = 14;

    private readonly byte[] _control = new byte[Frames.MaximumControlPayload];
    private readonly byte[] _header = new byte[MaximumClientHeader];
    private int _headerLength;
    private int _controlLength;
    private ulong _remaining;
    private uint _key;
    private Opcode _opcode;
    private bool _inPayload;
    private bool _inMessage;

    /// <summary>Payload of the control frame that was returned last.</summary>
    public ReadOnlySpan<byte> Control => _control.AsSpan(0, _controlLength);

    /// <summary>Why <see cref="PieceKind.Error"/> was returned, for the log.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Returns the next piece of <paramref name="buffer"/> and moves <paramref name="position"/> behind it.</summary>
    public Piece Next(Span<byte> buffer, ref int position)
    {
        while (true)
        {
            if (!_inPayload && !ReadHeader(buffer, ref position))
            {
                return new Piece(Failure.Length > 0 ? PieceKind.Error : PieceKind.NeedMore, 0, 0);
            }

            var take = (int)Math.Min(_remaining, (ulong)(buffer.Length - position));
            var run = buffer.Slice(position, take);
            _key = Masking.Apply(run, _key);
            position += take;
            _remaining -= (ulong)take;
            _inPayload = _remaining > 0;
            if (_opcode <= Opcode.Binary)
            {
                if (take > 0)
                {
                    return new Piece(PieceKind.Data, position - take, take);
                }
            }
            else
            {
                run.CopyTo(_control.AsSpan(_controlLength));
                _controlLength += take;
                if (!_inPayload)
                {
                    return EndControl();
                }
            }

            if (position == buffer.Length)
            {
                return default;
            }
        }
    }

    private Piece EndControl()
    {
        if (_opcode == Opcode.Close && !IsCloseValid(Control))
        {
            Failure = "close frame with an invalid payload";
            return new Piece(PieceKind.Error, 0, 0);
        }

        return new Piece(_opcode switch { Opcode.Ping => PieceKind.Ping, Opcode.Pong => PieceKind.Pong, _ => PieceKind.Close }, 0, 0);
    }

    private bool ReadHeader(ReadOnlySpan<byte> buffer, ref int position)
    {
        while (true)
        {
            var needed = _headerLength < 2 ? 2 : HeaderLength(_header[1]);
            var take = Math.Min(needed - _headerLength, buffer.Length - position);
            buffer.Slice(position, take).CopyTo(_header.AsSpan(_headerLength));
            position += take;
            _headerLength += take;
            if (_headerLength < needed)
            {
                return false;
            }

            // The first two bytes are judged before the rest is waited for.
            if (needed == 2)
            {
                Failure = JudgeStart(_header[0], _header[1]);
                if (Failure.Length > 0)
                {
                    return false;
                }

                continue;
            }

            return BeginPayload();
        }
    }

    private bool BeginPayload()
    {
        var length = _header[1] & 0x7F;
        _remaining = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            _ => (ulong)length,
        };
        if ((length == 126 && _remaining < 126) || (length == 127 && _remaining is <= ushort.MaxValue or > long.MaxValue))
        {
            Failure = "frame length in a wrong form";
            return false;
        }

        _key = MemoryMarshal.Read<uint>(_header.AsSpan(_headerLength - 4));
        _opcode = (Opcode)(_header[0] & 0x0F);
        _inMessage = _opcode <= Opcode.Binary ? (_header[0] & 0x80) == 0 : _inMessage;
        _headerLength = 0;
        _controlLength = _opcode <= Opcode.Binary ? _controlLength : 0;
        _inPayload = true;
        return true;
    }

    private static int HeaderLength(byte second) => (second & 0x7F) switch { 126 => 8, 127 => 14, _ => 6 };

    private string JudgeStart(byte first, byte second)
    {
        var opcode = (Opcode)(first & 0x0F);
        var final = (first & 0x80) != 0;
        return opcode switch
        {
            _ when (first & 0x70) != 0 => "reserved bits set",
            _ when (second & 0x80) == 0 => "unmasked frame",
            Opcode.Continuation when !_inMessage => "continuation without a message",
            Opcode.Text or Opcode.Binary when _inMessage => "new message inside a message",
            Opcode.Continuation => "",
            Opcode.Text or Opcode.Binary => opcode == data ? "" : opcode == Opcode.Text ? "text message" : "binary message",
            Opcode.Close or Opcode.Ping or Opcode.Pong when !final => "fragmented control frame",
            Opcode.Close or Opcode.Ping or Opcode.Pong when (second & 0x7F) > Frames.MaximumControlPayload => "control frame too long",
            Opcode.Close or Opcode.Ping or Opcode.Pong => "",
            _ => "unknown opcode",
        };
    }

    private static bool IsCloseValid(ReadOnlySpan<byte> payload) => payload.Length switch
    {
        0 => true,
        1 => false,
        _ => BinaryPrimitives.ReadUInt16BigEndian(payload) is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999),
    };
}
