using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>The messages a VNC server may send (RFC 6143 section 7.6 and the extensions that noVNC asks for), as far as their lengths need.</summary>
internal static class ServerMessages
{
    public const byte FramebufferUpdate = 0;
    public const byte SetColourMapEntries = 1;
    public const byte Bell = 2;
    public const byte ServerCutText = 3;
    public const byte EndOfContinuousUpdates = 150;
    public const byte ServerFence = 248;
    public const byte Xvp = 250;

    /// <summary>How many bytes of the message must be there to decide its length; grows with what is known. 0: not a message.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> known) => known.Length == 0 ? 1 : known[0] switch
    {
        FramebufferUpdate => 4,
        SetColourMapEntries => 6,
        Bell or EndOfContinuousUpdates => 1,
        ServerCutText => known.Length >= 8 && CutTextLength(known) < 0 ? 12 : 8,
        ServerFence => 9,
        Xvp => 4,
        _ => 0,
    };

    /// <summary>Bytes after the header, without an update's rectangles; negative when the message lies about its length.</summary>
    public static long BodyLength(ReadOnlySpan<byte> header) => header[0] switch
    {
        SetColourMapEntries => 6L * BinaryPrimitives.ReadUInt16BigEndian(header[4..]),
        ServerCutText when CutTextLength(header) < 0 => -(long)CutTextLength(header) - 4,
        ServerCutText => CutTextLength(header),
        ServerFence => header[8] <= 64 ? header[8] : -1,
        _ => 0,
    };

    /// <summary>Flags of the extended clipboard; null for a text as RFC 6143 has it.</summary>
    public static uint? ExtendedCutText(ReadOnlySpan<byte> header) => CutTextLength(header) < 0 ? BinaryPrimitives.ReadUInt32BigEndian(header[8..]) : null;

    private static int CutTextLength(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[4..]);
}
