using System.Buffers.Binary;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>Finds keys, pointer and that there was a clipboard in the headers of the messages that go to a VNC server.</summary>
internal sealed class RfbInputs(Recorder recorder)
{
    public void Take(ReadOnlySpan<byte> header)
    {
        switch (header[0])
        {
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
}
