using System.Buffers.Binary;
using CloudWorkstation.DesktopProxy.Rfb;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <param name="Bytes">Whole.</param>
/// <param name="IsText">The clipboard's text is in it.</param>
internal sealed record ServerMessage(byte[] Bytes, bool IsText = false);

/// <summary>Well-formed messages of a VNC server with 32 bits a pixel, made at random; pixels are noise.</summary>
internal static class ServerScript
{
    private static readonly byte[] Jpeg =
    [
        0xFF, 0xD8, 0xFF, 0xDB, 0, 5, 1, 2, 3, 0xFF, 0xC0, 0, 4, 9, 9, 0xFF, 0xC4, 0, 3, 0xFF, 0xFF, 0xDA, 0, 4, 1, 1,
        1, 2, 0xFF, 0, 3, 0xFF, 0xD3, 4, 0xFF, 0, 0xFF, 0xDA, 0, 3, 7, 5, 6, 0xFF, 0xD9,
    ];

    public static byte[] Init { get; } = [2, 128, 1, 224, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'x'];

    public static byte[] Text { get; } = [3, 0, 0, 0, 0, 0, 0, 6, .. "secret"u8];

    public static Arbitrary<ServerMessage[]> Streams { get; } = Gen.ArrayOf(Gen.OneOf(Plain(), Updates())).ToArbitrary();

    public static byte[] Rectangle(int width, int height, int encoding, byte[] body)
    {
        var header = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)width);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)height);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), encoding);
        return [.. header, .. body];
    }

    public static byte[] Extended(uint flags, int more)
    {
        var message = new byte[12 + more];
        message[0] = 3;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), -(4 + more));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), flags);
        return message;
    }

    /// <summary>Tiles of every kind in turn, beginning with <paramref name="kind"/>.</summary>
    public static byte[] Tiles(int width, int height, int kind)
    {
        var bytes = new List<byte>();
        for (var y = 0; y < height; y += 16)
        {
            for (var x = 0; x < width; x += 16, kind++)
            {
                var (k, tile) = ((byte)(kind % 32), Math.Min(16, width - x) * Math.Min(16, height - y));
                bytes.Add(k);
                bytes.AddRange((k & 1) != 0
                    ? new byte[tile * 4]
                    : [.. new byte[(k & 2) * 2], .. new byte[k & 4], .. (k & 8) == 0 ? [] : (byte[])[3, .. new byte[3 * ((k & 16) != 0 ? 6 : 2)]]]);
            }
        }

        return [.. bytes];
    }

    private static Gen<ServerMessage> Plain() => Gen.Elements(
        new ServerMessage([1, 0, 0, 0, 0, 2, .. new byte[12]]),
        new ServerMessage([2]),
        new ServerMessage(Text, IsText: true),
        new ServerMessage([3, 0, 0, 0, 0, 0, 0, 0], IsText: true),
        new ServerMessage(Extended(1 << 24 | 1, 4)),
        new ServerMessage(Extended(1 << 27 | 1, 0), IsText: true),
        new ServerMessage(Extended(1 << 28 | 1, 300), IsText: true),
        new ServerMessage([150]),
        new ServerMessage([248, 0, 0, 0, 0x80, 0, 0, 0, 3, 3, 3, 3]),
        new ServerMessage([250, 0, 1, 2]));

    private static Gen<ServerMessage> Updates() =>
        from rectangles in Gen.ArrayOf(Rectangles())
        select new ServerMessage([0, 0, 0, (byte)rectangles.Length, .. rectangles.SelectMany(r => r)]);

    private static Gen<byte[]> Rectangles() =>
        from width in Gen.Choose(0, 40)
        from height in Gen.Choose(0, 40)
        from noise in Gen.Choose(0, 255)
        from kind in Gen.Choose(0, 22)
        select Rectangle(width, height, kind, (byte)noise);

    private static byte[] Rectangle(int width, int height, int kind, byte noise)
    {
        var area = width * height;
        return kind switch
        {
            0 => Rectangle(width, height, Encodings.Raw, Noise(area * 4, noise)),
            1 => Rectangle(width, height, Encodings.CopyRect, Noise(4, noise)),
            2 => Rectangle(width, height, Encodings.Rre, [0, 0, 0, (byte)width, .. Noise(4 + (width * 12), noise)]),
            3 => Rectangle(width, height, Encodings.Hextile, Tiles(width, height, noise)),
            4 => Rectangle(width, height, Encodings.Zlib, area == 0 ? [] : Long(Noise(noise, 3))),
            5 => Rectangle(width, height, Encodings.Zrle, Long(Noise(noise * 3, 3))),
            6 => Rectangle(width, height, Encodings.Jpeg, Jpeg),
            7 => Rectangle(width, height, Encodings.H264, [0, 0, 0, noise, 0, 0, 0, 1, .. Noise(noise, 3)]),
            8 => Rectangle(width, height, Encodings.TightPng, [0xA0, .. Compact(Noise(noise * 80, 0xFF))]),
            9 => Rectangle(width, height, Encodings.Tight, [0x80, noise, noise, noise]),
            10 => Rectangle(width, height, Encodings.Tight, [0x9F, .. Compact(Noise(noise * 500, 3))]),
            11 => Rectangle(width, height, Encodings.Tight, [(byte)(noise & 0x3F), .. Data(area * 3, noise)]),
            12 => Rectangle(width, height, Encodings.Tight, [0x50, 2, .. Data(area * 3, noise)]),
            13 => Rectangle(width, height, Encodings.Tight, [0x70, 0, .. Data(area * 3, noise)]),
            14 => Rectangle(width, height, Encodings.Tight, [0x60, 1, 1, .. Noise(6, noise), .. Data((width + 7) / 8 * height, noise)]),
            15 => Rectangle(width, height, Encodings.Tight, [0x40, 1, (byte)(noise | 2), .. Noise(3 * ((noise | 2) + 1), noise), .. Data(area, noise)]),
            16 => Rectangle(width, height, Encodings.Cursor, Noise((area * 4) + ((width + 7) / 8 * height), noise)),
            17 => Rectangle(width, height, Encodings.VMwareCursor, [0, 0, .. Noise(area * 8, noise)]),
            18 => Rectangle(width, height, Encodings.VMwareCursor, [1, 0, .. Noise(area * 4, noise)]),
            19 => Rectangle(width, height, Encodings.ExtendedDesktopSize, [2, 0, 0, 0, .. Noise(32, noise)]),
            20 => Rectangle(width, height, Encodings.DesktopName, Long(Noise(noise, (byte)'n'))),
            21 => Rectangle(width, height, Encodings.QemuLedState, [noise]),
            _ => Rectangle(width, height, Encodings.DesktopSize, []),
        };
    }

    private static byte[] Noise(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    private static byte[] Long(byte[] data) => [0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. data];

    /// <summary>As it is when it is short, else as if it were compressed.</summary>
    private static byte[] Data(int length, byte noise) => length < 12 ? Noise(length, noise) : Compact(Noise(length / 2, noise));

    private static byte[] Compact(byte[] data) => data.Length switch
    {
        < 0x80 => [(byte)data.Length, .. data],
        < 0x4000 => [(byte)(0x80 | (data.Length & 0x7F)), (byte)(data.Length >> 7), .. data],
        _ => [(byte)(0x80 | (data.Length & 0x7F)), (byte)(0x80 | ((data.Length >> 7) & 0x7F)), (byte)(data.Length >> 14), .. data],
    };
}
