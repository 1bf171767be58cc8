using System.Runtime.InteropServices;

namespace CloudWorkstation.Guacd.Translator;

[StructLayout(LayoutKind.Auto)]
internal readonly record struct Area(int X, int Y, int Width, int Height);

/// <summary>The remote screen as it is now: red, green and blue of each pixel.</summary>
internal sealed class Picture(int width, int height)
{
    private const int Channels = 3;
    private readonly byte[] _pixels = new byte[width * height * Channels];

    public int Width => width;

    public int Height => height;

    public Area Whole => new(0, 0, width, height);

    /// <summary>Takes rows of 32-bit pixels as VNC servers send them when told so: blue, green, red, nothing.</summary>
    public void Take(Area area, ReadOnlySpan<byte> raw)
    {
        for (var row = 0; row < area.Height; row++)
        {
            var target = _pixels.AsSpan(((((area.Y + row) * width) + area.X) * Channels), area.Width * Channels);
            var source = raw.Slice(row * area.Width * 4, area.Width * 4);
            for (var column = 0; column < area.Width; column++)
            {
                (target[column * 3], target[(column * 3) + 1], target[(column * 3) + 2]) = (source[(column * 4) + 2], source[(column * 4) + 1], source[column * 4]);
            }
        }
    }

    public byte[] ToPng(Area area)
    {
        var rows = new byte[area.Width * area.Height * Channels];
        for (var row = 0; row < area.Height; row++)
        {
            _pixels.AsSpan((((area.Y + row) * width) + area.X) * Channels, area.Width * Channels).CopyTo(rows.AsSpan(row * area.Width * Channels));
        }

        return Png.Encode(rows, area.Width, area.Height, alpha: false);
    }

    public bool Contains(Area area) => area is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } && area.X + area.Width <= width && area.Y + area.Height <= height;
}
