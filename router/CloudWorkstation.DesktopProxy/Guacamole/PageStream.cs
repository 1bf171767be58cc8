using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// Follows what the page sends to guacd: every instruction is whole, known and allowed before it goes on. What is forbidden cuts the session off, but for
/// streams that a page may have begun before it knew better: those are refused by an <c>ack</c>, and cut off only when they go on.
/// </summary>
internal sealed class PageStream(GuacamoleRules rules)
{
    /// <summary>What a page may have had under way when it was told that a stream is refused.</summary>
    public const int RefusedBytes = 256 * 1024;
    private const int MaximumRefusals = 8;
    private const int MaximumPing = 64;

    private readonly InstructionScanner _scanner = new(Counting.Utf16Units, InstructionLimits.OfPage);
    private readonly StreamTable _streams = new();
    private readonly MouseState _mouse = new();
    private byte[]? _ping;
    private ReadOnlyMemory<byte> _toPage;
    private ReadOnlyMemory<byte> _toGuacd;
    private int _refusals;

    /// <summary>Not null once nothing more may be forwarded.</summary>
    public SessionEnd? Ended { get; private set; }

    /// <summary>The reason of <see cref="Ended"/>, for the log.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>How many instructions were a person's doing.</summary>
    public long Inputs { get; private set; }

    /// <summary>
    /// Takes the whole instructions of <c>buffer[from..to]</c> and puts what goes on together from <paramref name="written"/> on, which is never
    /// behind what was taken. Stops early after an instruction that needs an answer.
    /// </summary>
    public void Take(byte[] buffer, ref int from, int to, ref int written)
    {
        var isAscii = Ascii.IsValid(buffer.AsSpan(from, to - from));
        while (from < to && Ended is null && _toPage.IsEmpty)
        {
            var at = buffer.AsSpan(from, to - from);
            var instruction = _scanner.Found;
            switch (_scanner.Next(at, isAscii))
            {
                case Scanned.Partial:
                    return;
                case Scanned.Refused:
                    End(SessionEnd.Protocol, $"The page sent {_scanner.Failure}.");
                    return;
            }

            if (IsPassed(at, instruction))
            {
                written += instruction.IsCountedDifferently
                    ? Recount.Write(at[..instruction.Length], Counting.Utf16Units, buffer.AsSpan(written))
                    : Move(buffer, from, instruction.Length, written);
            }

            from += instruction.Length;
        }
    }

    /// <summary>What must be said to the page, and to guacd behind what was written so far; empty mostly, and good until the next call.</summary>
    public (ReadOnlyMemory<byte> ToPage, ReadOnlyMemory<byte> ToGuacd) TakeAnswers()
    {
        var answers = (_toPage, _toGuacd);
        (_toPage, _toGuacd) = (default, default);
        return answers;
    }

    private bool IsPassed(ReadOnlySpan<byte> at, Instruction instruction)
    {
        var opcode = instruction.Value(at, 0);
        switch (opcode.Length)
        {
            case 0:
                TakeInternal(at, instruction);
                return false;
            case 3 when opcode.SequenceEqual("ack"u8) || opcode.SequenceEqual("nop"u8):
            case 4 when opcode.SequenceEqual("sync"u8):
            case 10 when opcode.SequenceEqual("disconnect"u8):
                return true;
        }

        if (rules.IsViewOnly)
        {
            End(SessionEnd.Policy, "The page sent input although its session is for looking only.");
            return false;
        }

        return opcode switch
        {
            _ when opcode.SequenceEqual("mouse"u8) => IsInput(_mouse.IsChanged(at, instruction)),
            _ when opcode.SequenceEqual("key"u8) || opcode.SequenceEqual("touch"u8) => IsInput(true),
            // The screen has its owner's size, whatever a guest's window is.
            _ when opcode.SequenceEqual("size"u8) => !rules.IsGuest,
            _ when opcode.SequenceEqual("blob"u8) => IsBlobPassed(at, instruction),
            _ when opcode.SequenceEqual("end"u8) => IsEndPassed(at, instruction),
            _ when opcode.SequenceEqual("clipboard"u8) => IsClipboardPassed(at, instruction),
            _ when opcode.SequenceEqual("file"u8) => IsFilePassed(at, instruction, 1),
            _ when opcode.SequenceEqual("put"u8) => IsFilePassed(at, instruction, 2),
            _ when opcode.SequenceEqual("get"u8) => IsGetPassed(),
            _ when opcode.SequenceEqual("pipe"u8) => IsPipePassed(at, instruction),
            _ when opcode.SequenceEqual("audio"u8) || opcode.SequenceEqual("argv"u8) => IsOpened(at, instruction, 1, StreamKind.Free),
            _ => IsCut(SessionEnd.Protocol, "The page sent an instruction that no page sends."),
        };
    }

    /// <summary>The tunnel's own: its ping comes back, anything else is for nobody.</summary>
    private void TakeInternal(ReadOnlySpan<byte> at, Instruction instruction)
    {
        if (instruction.Value(at, 1).SequenceEqual("ping"u8))
        {
            if (instruction.Length > MaximumPing)
            {
                End(SessionEnd.Protocol, "The page sent a ping of its own length.");
                return;
            }

            _ping ??= new byte[MaximumPing];
            at[..instruction.Length].CopyTo(_ping);
            _toPage = _ping.AsMemory(0, instruction.Length);
        }
    }

    private bool IsInput(bool isNew)
    {
        Inputs += isNew ? 1 : 0;
        return true;
    }

    private bool IsClipboardPassed(ReadOnlySpan<byte> at, Instruction instruction) => rules.CanPaste
        ? IsInput(true) && IsOpened(at, instruction, 1, StreamKind.Clipboard)
        : IsCut(SessionEnd.Policy, "The page sent its clipboard although the policy forbids it.");

    private bool IsFilePassed(ReadOnlySpan<byte> at, Instruction instruction, int element) => rules.Upload
        ? IsInput(true) && IsOpened(at, instruction, element, StreamKind.File)
        : IsRefused(at, instruction, element, "upload");

    // What a listing may be, and what only a download, is decided where the answer comes back.
    private bool IsGetPassed() => rules.CanSeeFiles || IsCut(SessionEnd.Policy, "The page asked for files although the policy forbids them.");

    // A pipe carries anything: it needs all that could be carried in otherwise.
    private bool IsPipePassed(ReadOnlySpan<byte> at, Instruction instruction) => rules.CanPaste && rules.Upload
        ? IsInput(true) && IsOpened(at, instruction, 1, StreamKind.File)
        : IsRefused(at, instruction, 1, "pipe");

    private bool IsOpened(ReadOnlySpan<byte> at, Instruction instruction, int element, StreamKind kind) =>
        !TryIndex(at, instruction, element, out var index) ? IsCut(SessionEnd.Protocol, "The page opened a stream without an index.")
        : _streams.Open(index, kind) || IsCut(SessionEnd.Protocol, $"The page opened more than {StreamTable.Maximum} streams.");

    private bool IsRefused(ReadOnlySpan<byte> at, Instruction instruction, int element, string why)
    {
        if (IsOpened(at, instruction, element, StreamKind.Refused) && TryIndex(at, instruction, element, out var index))
        {
            Refuse(index, why);
        }

        return false;
    }

    private void Refuse(int index, string why)
    {
        if (++_refusals > MaximumRefusals)
        {
            End(SessionEnd.Policy, "The page went on opening streams that the policy forbids.");
            return;
        }

        _toPage = Answers.Refusal(index, why);
    }

    private bool IsBlobPassed(ReadOnlySpan<byte> at, Instruction instruction)
    {
        if (!TryIndex(at, instruction, 1, out var index))
        {
            return IsCut(SessionEnd.Protocol, "The page sent a blob without an index.");
        }

        ref var stream = ref _streams.Find(index);
        if (Unsafe.IsNullRef(ref stream))
        {
            return IsCut(SessionEnd.Protocol, "The page sent a blob of a stream that is not open.");
        }

        stream.Bytes += Blobs.Size(instruction.Value(at, 2));
        switch (stream.Kind)
        {
            case StreamKind.Refused when stream.Bytes > RefusedBytes:
                return IsCut(SessionEnd.Policy, "The page went on with a stream that was refused.");
            case StreamKind.Refused:
                return false;
            case StreamKind.File when stream.Bytes > rules.UploadMaximum:
                // guacd closes the file; the page learns why it may not go on.
                (stream.Kind, stream.Bytes) = (StreamKind.Refused, 0);
                _toGuacd = Answers.End(index);
                Refuse(index, "upload-size");
                return false;
            case StreamKind.File:
                return IsInput(true);
            default:
                return true;
        }
    }

    private bool IsEndPassed(ReadOnlySpan<byte> at, Instruction instruction)
    {
        if (!TryIndex(at, instruction, 1, out var index))
        {
            return IsCut(SessionEnd.Protocol, "The page ended a stream without an index.");
        }

        ref var stream = ref _streams.Find(index);
        var isPassed = !Unsafe.IsNullRef(ref stream) && stream.Kind != StreamKind.Refused;
        _streams.Close(index);
        return isPassed;
    }

    private bool IsCut(SessionEnd end, string failure)
    {
        End(end, failure);
        return false;
    }

    private void End(SessionEnd end, string failure) => (Ended, Failure) = (end, failure);

    private static bool TryIndex(ReadOnlySpan<byte> at, Instruction instruction, int element, out int index) =>
        Utf8Parser.TryParse(instruction.Value(at, element), out index, out var consumed) && consumed == instruction.Value(at, element).Length && index >= 0;

    private static int Move(byte[] buffer, int from, int length, int to)
    {
        // In bulk the bytes already stand where they belong.
        if (from != to)
        {
            buffer.AsSpan(from, length).CopyTo(buffer.AsSpan(to));
        }

        return length;
    }
}
