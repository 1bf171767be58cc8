using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Guacamole;

/// <summary>
/// Follows what guacd sends to the page. Drawing passes as it stands, as many whole instructions as there are at once; clipboards, files and pipes that
/// the policy keeps are left out, and their sender is told.
/// </summary>
internal sealed class DesktopStream(GuacamoleRules rules)
{
    private const string Listing = "application/vnd.glyptodon.guacamole.stream-index+json";

    private static readonly byte[] ListingType = Encoding.ASCII.GetBytes(Listing);

    private readonly InstructionScanner _scanner = new(Counting.CodePoints, InstructionLimits.OfGuacd);
    private readonly StreamTable _streams = new();
    private byte[]? _toPage;
    private byte[]? _toGuacd;

    /// <summary>Not null once nothing more comes; what was taken before still goes on.</summary>
    public SessionEnd? Ended { get; private set; }

    /// <summary>The reason of <see cref="Ended"/>, for the log.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>guacd has drawn a whole frame.</summary>
    public bool IsShown { get; private set; }

    /// <summary>Takes the whole instructions of <c>buffer[from..to]</c>; stops early where something must be left out or said in between.</summary>
    /// <param name="buffer">Received bytes, of which nothing is moved.</param>
    /// <param name="from">Moves behind what was taken.</param>
    /// <param name="to">End of the received bytes.</param>
    /// <param name="run">What goes on, contiguous.</param>
    /// <returns>Whether to come again for more, after the run and the answers are sent.</returns>
    public bool Take(byte[] buffer, ref int from, int to, out Run run)
    {
        run = new Run { Start = from, End = from };
        var isAscii = Ascii.IsValid(buffer.AsSpan(from, to - from));
        while (from < to && Ended is null)
        {
            var at = buffer.AsSpan(from, to - from);
            var instruction = _scanner.Found;
            switch (_scanner.Next(at, isAscii))
            {
                case Scanned.Partial:
                    return false;
                case Scanned.Refused:
                    End(SessionEnd.Protocol, $"guacd sent {_scanner.Failure}.");
                    return false;
            }

            var isPassed = IsPassed(at, instruction);
            from += instruction.Length;
            if (!isPassed)
            {
                return true;
            }

            if (instruction.IsCountedDifferently)
            {
                _toPage = Recounted(at[..instruction.Length], instruction.Count);
                return true;
            }

            run.End = from;
        }

        return false;
    }

    /// <summary>What must be said to the page behind the run, and to guacd; null mostly.</summary>
    public (byte[]? ToPage, byte[]? ToGuacd) TakeAnswers()
    {
        var answers = (_toPage, _toGuacd);
        (_toPage, _toGuacd) = (null, null);
        return answers;
    }

    public void GiveUp(string failure) => End(SessionEnd.Unreachable, failure);

    private bool IsPassed(ReadOnlySpan<byte> at, Instruction instruction)
    {
        var opcode = instruction.Value(at, 0);
        switch (opcode.Length)
        {
            // Of an empty opcode is only what the tunnel itself says.
            case 0:
                return false;
            case 3 when opcode.SequenceEqual("end"u8):
                return _streams.IsEmpty || IsEndPassed(at, instruction);
            case 4 when opcode.SequenceEqual("blob"u8):
                return _streams.IsEmpty || IsBlobPassed(at, instruction);
            case 4 when opcode.SequenceEqual("sync"u8):
                IsShown = true;
                return true;
            case 4 when opcode.SequenceEqual("file"u8):
                return IsFilePassed(at, instruction, 1, rules.Download, "download");
            case 4 when opcode.SequenceEqual("body"u8):
                return IsFilePassed(at, instruction, 2, rules.Download || (rules.CanSeeFiles && instruction.Value(at, 3).SequenceEqual(ListingType)), "download");
            case 4 when opcode.SequenceEqual("pipe"u8):
                return IsFilePassed(at, instruction, 1, rules.CanCopy && rules.Download, "pipe");
            case 5 when opcode.SequenceEqual("error"u8):
                EndWith(Number(instruction.Value(at, 2)) ?? 0);
                return true;
            case 9 when opcode.SequenceEqual("clipboard"u8):
                return IsClipboardPassed(at, instruction);
            case 10 when opcode.SequenceEqual("filesystem"u8):
                return rules.CanSeeFiles;
            case 10 when opcode.SequenceEqual("disconnect"u8):
                End(IsShown ? SessionEnd.LoggedOff : SessionEnd.Unreachable, IsShown ? "" : EarlyFailure.Untold);
                return true;
            default:
                return true;
        }
    }

    private void EndWith(int status) => End(GuacamoleStatus.EndOf(status), $"guacd ended the connection with status {status}: {GuacamoleStatus.SentenceOf(status)}");

    private bool IsFilePassed(ReadOnlySpan<byte> at, Instruction instruction, int element, bool isAllowed, string why)
    {
        if (isAllowed)
        {
            // Without a limit nobody has to follow it.
            return rules.DownloadMaximum == long.MaxValue ? IsForgotten(at, instruction, element) : IsOpened(at, instruction, element, StreamKind.File);
        }

        if (IsOpened(at, instruction, element, StreamKind.Refused))
        {
            Refuse(Number(instruction.Value(at, element))!.Value, why);
        }

        return false;
    }

    // guacd asks for no answer to a clipboard.
    private bool IsClipboardPassed(ReadOnlySpan<byte> at, Instruction instruction)
    {
        if (!rules.CanCopy)
        {
            IsOpened(at, instruction, 1, StreamKind.Refused);
        }

        return rules.CanCopy && IsForgotten(at, instruction, 1);
    }

    /// <summary>A stream that nobody follows may have the index of one that somebody did.</summary>
    private bool IsForgotten(ReadOnlySpan<byte> at, Instruction instruction, int element)
    {
        if (!_streams.IsEmpty && Number(instruction.Value(at, element)) is { } index)
        {
            _streams.Close(index);
        }

        return true;
    }

    private bool IsOpened(ReadOnlySpan<byte> at, Instruction instruction, int element, StreamKind kind)
    {
        if (Number(instruction.Value(at, element)) is { } index && _streams.Open(index, kind))
        {
            return true;
        }

        End(SessionEnd.Protocol, "guacd opened a stream without an index, or too many of them.");
        return false;
    }

    private bool IsBlobPassed(ReadOnlySpan<byte> at, Instruction instruction)
    {
        if (Number(instruction.Value(at, 1)) is not { } index)
        {
            return true;
        }

        ref var stream = ref _streams.Find(index);
        if (Unsafe.IsNullRef(ref stream))
        {
            return true;
        }

        stream.Bytes += Blobs.Size(instruction.Value(at, 2));
        if (stream.Kind == StreamKind.File && stream.Bytes > rules.DownloadMaximum)
        {
            stream.Kind = StreamKind.Refused;
            Refuse(index, "download-size");
        }

        return stream.Kind != StreamKind.Refused;
    }

    private bool IsEndPassed(ReadOnlySpan<byte> at, Instruction instruction)
    {
        if (Number(instruction.Value(at, 1)) is not { } index)
        {
            return true;
        }

        ref var stream = ref _streams.Find(index);
        var isPassed = Unsafe.IsNullRef(ref stream) || stream.Kind != StreamKind.Refused;
        _streams.Close(index);
        return isPassed;
    }

    private void Refuse(int index, string why) => (_toPage, _toGuacd) = (Answers.Notice(index, why), Answers.Refusal(index, why));

    private void End(SessionEnd end, string failure) => (Ended, Failure) = (end, failure);

    private static byte[] Recounted(ReadOnlySpan<byte> instruction, int elements)
    {
        var target = new byte[instruction.Length + Recount.Growth(elements)];
        return target[..Recount.Write(instruction, Counting.CodePoints, target)];
    }

    private static int? Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int number, out var consumed) && consumed == text.Length && number >= 0 ? number : null;
}
