using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// The messages a browser may send (RFC 6143 section 7.5 and the extensions of the community's registry that noVNC uses), as far as
/// their lengths need. The length of an unknown message is unknown too, so nothing after it could be understood.
/// </summary>
internal static class ClientMessages
{
    public const byte SetPixelFormat = 0;
    public const byte SetEncodings = 2;
    public const byte FramebufferUpdateRequest = 3;
    public const byte KeyEvent = 4;
    public const byte PointerEvent = 5;
    public const byte ClientCutText = 6;
    public const byte EnableContinuousUpdates = 150;
    public const byte ClientFence = 248;
    public const byte Xvp = 250;
    public const byte SetDesktopSize = 251;
    public const byte Qemu = 255;

    public const int MaximumHeader = 20;
    private const byte QemuExtendedKey = 0;

    /// <summary>
    /// How many bytes of the message that starts with <paramref name="known"/> must be there to decide its length; grows with what is known. 0: not a message.
    /// </summary>
    public static int HeaderLength(ReadOnlySpan<byte> known, bool pointerMarker) => known[0] switch
    {
        SetPixelFormat => 20,
        SetEncodings => 4,
        FramebufferUpdateRequest => 10,
        KeyEvent => 8,
        PointerEvent => pointerMarker && known.Length >= 2 && (known[1] & 0x80) != 0 ? 7 : 6,
        ClientCutText => known.Length >= 8 && IsExtendedCutText(known) ? 12 : 8,
        EnableContinuousUpdates => 10,
        ClientFence => 9,
        Xvp => 4,
        SetDesktopSize => 8,
        Qemu => known.Length < 2 ? 2 : known[1] == QemuExtendedKey ? 12 : 0,
        _ => 0,
    };

    /// <summary>Bytes after the header; negative when the message lies about its length.</summary>
    public static long BodyLength(ReadOnlySpan<byte> header) => header[0] switch
    {
        SetEncodings => 4L * BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
        ClientCutText when IsExtendedCutText(header) => -(long)CutTextLength(header) - 4,
        ClientCutText => CutTextLength(header),
        ClientFence => header[8] <= 64 ? header[8] : -1,
        SetDesktopSize => 16L * header[6],
        _ => 0,
    };

    public static bool IsExtendedCutText(ReadOnlySpan<byte> header) => CutTextLength(header) < 0;

    private static int CutTextLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[4..]);
}
