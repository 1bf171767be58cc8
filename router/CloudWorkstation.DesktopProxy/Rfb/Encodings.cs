namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>Encodings and pseudo-encodings by their numbers in RFC 6143 section 7.7 and the community's registry: those that noVNC asks for.</summary>
internal static class Encodings
{
    public const int Raw = 0;
    public const int CopyRect = 1;
    public const int Rre = 2;
    public const int Hextile = 5;
    public const int Zlib = 6;
    public const int Tight = 7;
    public const int Zrle = 16;
    public const int Jpeg = 21;
    public const int H264 = 50;
    public const int TightPng = -260;

    public const int DesktopSize = -223;
    public const int LastRect = -224;
    public const int Cursor = -239;
    public const int QemuExtendedKeyEvent = -258;
    public const int QemuLedState = -261;
    public const int DesktopName = -307;
    public const int ExtendedDesktopSize = -308;
    public const int Xvp = -309;
    public const int Fence = -312;
    public const int ContinuousUpdates = -313;

    /// <summary>By which a client says that it may set the marker bit in PointerEvent.</summary>
    public const int ExtendedMouseButtons = -316;
    public const int VMwareCursor = 0x574D5664;
    public const int ExtendedClipboard = unchecked((int)0xC0A1E5CE);

    /// <summary>A number that stands for nothing: servers pass over what they do not know, and the list keeps its length.</summary>
    public const int None = 0x43575300;

    /// <summary>Whether whatever a server may send because of it can be followed.</summary>
    public static bool CanBeFollowed(int encoding) => encoding
        is Raw or CopyRect or Rre or Hextile or Zlib or Tight or Zrle or Jpeg or H264 or TightPng
        or DesktopSize or LastRect or Cursor or QemuExtendedKeyEvent or QemuLedState or DesktopName or ExtendedDesktopSize or Xvp or Fence
        or ContinuousUpdates or VMwareCursor or ExtendedClipboard
        or (>= -32 and <= -23) or (>= -256 and <= -247);
}
