using System.Buffers.Binary;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Finds keys and pointer in what goes to a VNC server. It was checked already that the stream can be followed; it comes in any pieces.</summary>
internal sealed class RfbInputs(Recorder recorder)
{
    private readonly byte[] _header = new byte[ClientMessages.MaximumHeader];
    private int _length;
    private long _body;
    private int _encodings;
    private bool _pointerMarker;
    private bool _lost;

    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_lost)
        {
            if (_encodings > 0)
            {
                TakeEncoding(ref bytes);
            }
            else if (_body > 0)
            {
                var take = (int)Math.Min(_body, bytes.Length);
                _body -= take;
                bytes = bytes[take..];
            }
            else if (CollectHeader(ref bytes))
            {
                BeginMessage();
            }
        }
    }

    private bool CollectHeader(ref ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Collect(ref bytes, _length == 0 ? 1 : Needed);
            if (Needed is 0)
            {
                _lost = true;
                return false;
            }

            if (_length == Needed)
            {
                return true;
            }
        }

        return false;
    }

    private int Needed => ClientMessages.HeaderLength(_header.AsSpan(0, _length), _pointerMarker);

    private void Collect(ref ReadOnlySpan<byte> bytes, int needed)
    {
        var take = Math.Min(needed - _length, bytes.Length);
        bytes[..take].CopyTo(_header.AsSpan(_length));
        _length += take;
        bytes = bytes[take..];
    }

    private void BeginMessage()
    {
        var header = _header.AsSpan(0, _length);
        _length = 0;
        _body = ClientMessages.BodyLength(header);
        _lost = _body < 0;
        switch (header[0])
        {
            case ClientMessages.SetEncodings:
                (_encodings, _body, _pointerMarker) = ((int)(_body / 4), 0, false);
                break;
            case ClientMessages.KeyEvent:
                recorder.Key(BinaryPrimitives.ReadUInt32BigEndian(header[4..]), header[1] != 0);
                break;
            case ClientMessages.Qemu:
                recorder.Key(BinaryPrimitives.ReadUInt32BigEndian(header[4..]), BinaryPrimitives.ReadUInt16BigEndian(header[2..]) != 0);
                break;
            case ClientMessages.PointerEvent:
                recorder.Pointer((byte)(header[1] & 0x7f), BinaryPrimitives.ReadUInt16BigEndian(header[2..]), BinaryPrimitives.ReadUInt16BigEndian(header[4..]));
                break;
            case ClientMessages.ClientCutText when ClipboardFilter.IsText(header):
                recorder.Mark(Activity.Clipboard);
                break;
        }
    }

    private void TakeEncoding(ref ReadOnlySpan<byte> bytes)
    {
        Collect(ref bytes, sizeof(int));
        if (_length == sizeof(int))
        {
            _pointerMarker |= BinaryPrimitives.ReadInt32BigEndian(_header) == Encodings.ExtendedMouseButtons;
            _length = 0;
            _encodings--;
        }
    }
}
