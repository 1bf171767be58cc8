using System.Buffers.Binary;
using CloudWorkstation.DesktopProxy.Engines;
using CloudWorkstation.DesktopProxy.WebSockets;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// Follows what the browser sends to the VNC server: only headers are looked at, bodies are counted past, nothing is allocated. A
/// message's header goes on when it is complete and allowed, so what reaches the server is always a prefix of a well-formed stream.
/// What passes is moved together in the buffer it came in.
/// </summary>
internal sealed class ClientStream(RfbRules rules)
{
    /// <summary>A longer clipboard text than this is no text that a person copied.</summary>
    public const long MaximumCutText = 64 << 20;

    private readonly MessageHead _head = new(ClientMessages.MaximumHeader);
    private long _body;
    private bool _pass;
    private int _encodings;
    private bool _extendedClipboard;
    private bool _pointerMarker;
    private ulong _pointer = ulong.MaxValue;
    private bool _updatesAsked;
    private ReadOnlyMemory<byte> _insertion;

    public RfbRules Rules => rules;

    /// <value>Who follows the other direction, if anybody must.</value>
    public ServerStream? Server { get; set; }

    /// <value>Who is shown the header of every message that passes, if anybody is.</value>
    public IStreamTap? Tap { get; set; }

    /// <summary>Not null once the stream cannot be followed or must not go on; nothing may be forwarded then.</summary>
    public SessionEnd? Ended { get; private set; }

    /// <summary>The reason of <see cref="Ended"/>, for the log.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>How many messages were a person's doing: keys, pointer changes, clipboard.</summary>
    public long Inputs { get; private set; }

    /// <summary>Takes <c>buffer[from..to]</c>; stops early at a message's end after which something must be inserted.</summary>
    /// <param name="buffer">Has at least <see cref="ClientMessages.MaximumHeader"/> free bytes in front of everything received.</param>
    /// <param name="from">Moves behind what was taken.</param>
    /// <param name="to">End of the received bytes.</param>
    /// <param name="run">Grows by what passes.</param>
    public void Take(byte[] buffer, ref int from, int to, ref Run run)
    {
        while (from < to && Ended is null && _insertion.IsEmpty)
        {
            if (_encodings > 0)
            {
                TakeEncoding(buffer, ref from, to, ref run);
            }
            else if (_body > 0)
            {
                run.Follow(buffer, ref from, to, ref _body, _pass);
            }
            else if (CollectHeader(buffer, ref from, to))
            {
                BeginMessage(buffer, from, ref run);
            }
        }
    }

    /// <summary>What must be sent to the server after the run so far and before anything else; empty mostly.</summary>
    public ReadOnlyMemory<byte> TakeInsertion()
    {
        var insertion = _insertion;
        _insertion = default;
        return insertion;
    }

    private bool CollectHeader(byte[] buffer, ref int from, int to)
    {
        while (from < to)
        {
            var needed = Needed();
            if (needed == 0)
            {
                Fail(SessionEnd.Protocol, $"The browser sent message type {_head.Known[0]}, whose length nobody knows.");
                return false;
            }

            if (_head.Collect(buffer, ref from, to, needed) && needed == Needed())
            {
                return true;
            }
        }

        return false;
    }

    private int Needed() => _head.Known.IsEmpty ? 1 : ClientMessages.HeaderLength(_head.Known, _pointerMarker);

    private void BeginMessage(byte[] buffer, int end, ref Run run)
    {
        var header = _head.Take();
        _body = ClientMessages.BodyLength(header);
        if (_body < 0 || (header[0] == ClientMessages.ClientCutText && _body > MaximumCutText))
        {
            Fail(SessionEnd.Protocol, $"The browser sent message type {header[0]} with an impossible length.");
            return;
        }

        _pass = IsAllowed(header);
        if (Ended is not null)
        {
            return;
        }

        if (_pass)
        {
            run.Add(buffer, header, end);
            Tap?.ToDesktop(header);
        }

        CountInput(header);
        if (header[0] == ClientMessages.SetEncodings)
        {
            (_encodings, _body) = ((int)(_body / 4), 0);
            (_extendedClipboard, _pointerMarker) = (false, false);
            EndEncodings();
        }
    }

    /// <summary>False for what is dropped; what nobody sends by accident ends the session.</summary>
    private bool IsAllowed(ReadOnlySpan<byte> header)
    {
        switch (header[0])
        {
            case ClientMessages.KeyEvent or ClientMessages.PointerEvent or ClientMessages.Qemu or ClientMessages.SetDesktopSize or ClientMessages.Xvp when rules.IsViewOnly:
                Fail(SessionEnd.Policy, $"The browser sent message type {header[0]} although it may only look.");
                return false;
            case ClientMessages.ClientCutText:
                var verdict = ClipboardFilter.Judge(rules.Clipboard, header);
                if (verdict == ClipboardVerdict.Refuse)
                {
                    Fail(SessionEnd.Policy, "The browser sent the clipboard although it must not.");
                }

                return verdict == ClipboardVerdict.Pass;
            case ClientMessages.SetPixelFormat when Server is not null:
                return TryUse(PixelLayout.Parse(header[4..]));
            case ClientMessages.FramebufferUpdateRequest or ClientMessages.EnableContinuousUpdates:
                _updatesAsked = true;
                return true;
            default:
                return true;
        }
    }

    // Which update is the first in a new format, nobody can tell; before the first one there is no doubt.
    private bool TryUse(PixelLayout pixel)
    {
        if (_updatesAsked)
        {
            Fail(SessionEnd.Policy, "The browser changed the pixel format after it had asked for updates, so they could not be followed.");
            return false;
        }

        Server!.Use(pixel);
        return true;
    }

    private void TakeEncoding(byte[] buffer, ref int from, int to, ref Run run)
    {
        if (!_head.Collect(buffer, ref from, to, sizeof(int)))
        {
            return;
        }

        var bytes = _head.Take();
        var encoding = BinaryPrimitives.ReadInt32BigEndian(bytes);
        _extendedClipboard |= encoding == Encodings.ExtendedClipboard;
        _pointerMarker |= encoding == Encodings.ExtendedMouseButtons && !rules.IsStrict;
        if (IsDenied(encoding))
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, Encodings.None);
        }

        run.Add(buffer, bytes, from);
        _encodings--;
        EndEncodings();
    }

    // With the pointer's marker the length of a PointerEvent depends on what the server understood.
    private bool IsDenied(int encoding) =>
        encoding == Encodings.ExtendedMouseButtons ? rules.IsStrict : rules.FollowsServer && !Encodings.CanBeFollowed(encoding);

    private void EndEncodings()
    {
        if (_encodings == 0 && _extendedClipboard)
        {
            _insertion = ClipboardFilter.Insertion(rules.Clipboard);
        }
    }

    private void CountInput(ReadOnlySpan<byte> header)
    {
        switch (header[0])
        {
            case ClientMessages.KeyEvent or ClientMessages.Qemu:
            case ClientMessages.ClientCutText when ClipboardFilter.IsText(header):
                Inputs++;
                break;
            case ClientMessages.PointerEvent:
                // noVNC repeats positions on focus and on touch; a pointer that did not change is nobody's doing.
                var pointer = ((ulong)header[1] << 40) | ((ulong)BinaryPrimitives.ReadUInt32BigEndian(header[2..]) << 8) | (header.Length > 6 ? header[6] : 0u);
                Inputs += pointer == _pointer ? 0 : 1;
                _pointer = pointer;
                break;
        }
    }

    private void Fail(SessionEnd end, string failure) => (Ended, Failure) = (end, failure);
}
