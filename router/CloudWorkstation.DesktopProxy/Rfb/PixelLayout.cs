using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>What lengths depend on in a pixel format (RFC 6143 section 7.4).</summary>
/// <param name="Bytes">Of a pixel.</param>
/// <param name="TightBytes">Of a TPIXEL, which leaves out the byte that holds no colour.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PixelLayout(int Bytes, int TightBytes)
{
    public static PixelLayout Parse(ReadOnlySpan<byte> format)
    {
        var bytes = format[0] / 8;
        var is888 = format[0] == 32 && format[1] == 24 && format[3] != 0
            && BinaryPrimitives.ReadUInt16BigEndian(format[4..]) == 255
            && BinaryPrimitives.ReadUInt16BigEndian(format[6..]) == 255
            && BinaryPrimitives.ReadUInt16BigEndian(format[8..]) == 255;
        return new PixelLayout(bytes, is888 ? 3 : bytes);
    }
}
