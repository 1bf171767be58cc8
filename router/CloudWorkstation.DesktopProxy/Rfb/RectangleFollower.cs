using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// Knows where one rectangle of an update ends: alternately a head, whose bytes say how it goes on, and bytes to count past. One object
/// serves all rectangles of a stream, one after another.
/// </summary>
internal sealed class RectangleFollower
{
    private const int TileSide = 16;

    private readonly TightFollower _tight = new();
    private readonly JpegFollower _jpeg = new();
    private Step _step = Step.Done;
    private int _width;
    private int _height;
    private PixelLayout _pixel;
    private int _tile;

    private enum Step
    {
        Done,
        Length,
        LengthAndFlags,
        Subrectangles,
        Tile,
        Tight,
        Jpeg,
        Screens,
        CursorKind,
    }

    public bool IsDone => _step == Step.Done;

    /// <summary>No rectangle follows in this update, whatever its header said.</summary>
    public bool IsLast { get; private set; }

    /// <summary>What cannot be followed; empty while everything can.</summary>
    public string Failure { get; private set; } = "";

    private long Area => (long)_width * _height;

    /// <summary>Begins after a rectangle's header; the result is how many bytes to count past before the first head.</summary>
    public long Begin(int width, int height, int encoding, PixelLayout pixel)
    {
        (_width, _height, _pixel, IsLast, _step) = (width, height, pixel, encoding == Encodings.LastRect, Step.Done);
        switch (encoding)
        {
            case Encodings.Raw:
                return Area * pixel.Bytes;
            case Encodings.CopyRect:
                return 4;
            case Encodings.Cursor:
                return (Area * pixel.Bytes) + ((long)((width + 7) / 8) * height);
            case Encodings.QemuLedState:
                return 1;
            case Encodings.LastRect or Encodings.DesktopSize or Encodings.QemuExtendedKeyEvent or Encodings.ExtendedMouseButtons:
                return 0;
            case Encodings.Zlib when Area == 0:
                return 0;
            case Encodings.Hextile:
                (_tile, _step) = (0, Area == 0 ? Step.Done : Step.Tile);
                return 0;
            case Encodings.Tight or Encodings.TightPng:
                _tight.Begin(width, height, pixel.TightBytes);
                _step = Step.Tight;
                return 0;
            case Encodings.Jpeg:
                _jpeg.Begin();
                _step = Step.Jpeg;
                return 0;
            default:
                _step = encoding switch
                {
                    Encodings.Zlib or Encodings.Zrle or Encodings.DesktopName => Step.Length,
                    Encodings.H264 => Step.LengthAndFlags,
                    Encodings.Rre => Step.Subrectangles,
                    Encodings.ExtendedDesktopSize => Step.Screens,
                    Encodings.VMwareCursor => Step.CursorKind,
                    _ => Step.Done,
                };
                Failure = _step == Step.Done ? $"a rectangle in encoding {encoding}, whose length nobody knows" : "";
                return 0;
        }
    }

    /// <summary>Bytes of the next head; grows with what is known of it.</summary>
    public int HeadLength(ReadOnlySpan<byte> known) => _step switch
    {
        Step.Length or Step.Screens => 4,
        Step.LengthAndFlags => 8,
        Step.Subrectangles => 4 + _pixel.Bytes,
        Step.CursorKind => 2,
        Step.Tile => known.Length == 0 ? 1 : TileHead(known[0]),
        Step.Tight => _tight.HeadLength(known),
        _ => _jpeg.HeadLength(known),
    };

    /// <summary>Goes on after a whole head; the result is how many bytes to count past.</summary>
    public long Next(ReadOnlySpan<byte> head)
    {
        var step = _step;
        _step = Step.Done;
        switch (step)
        {
            case Step.Length or Step.LengthAndFlags:
                return BinaryPrimitives.ReadUInt32BigEndian(head);
            case Step.Subrectangles:
                return (long)BinaryPrimitives.ReadUInt32BigEndian(head) * (_pixel.Bytes + 8);
            case Step.Screens:
                return 16L * head[0];
            case Step.CursorKind:
                return head[0] == 0 ? 2 * Area * _pixel.Bytes : Area * 4;
            case Step.Tile:
                return NextTile(head);
            case Step.Tight:
                var data = _tight.Next(head);
                (_step, Failure) = (_tight.IsDone ? Step.Done : Step.Tight, _tight.Failure);
                return data;
            default:
                var segment = _jpeg.Next(head);
                (_step, Failure) = (_jpeg.IsDone ? Step.Done : Step.Jpeg, _jpeg.Failure);
                return segment;
        }
    }

    private int TileHead(byte kind) => IsRaw(kind) ? 1 : 1 + ((kind & 2) != 0 ? _pixel.Bytes : 0) + ((kind & 4) != 0 ? _pixel.Bytes : 0) + ((kind & 8) != 0 ? 1 : 0);

    private long NextTile(ReadOnlySpan<byte> head)
    {
        var across = (_width + TileSide - 1) / TileSide;
        var (column, row) = (_tile % across, _tile / across);
        _tile++;
        _step = _tile < across * ((_height + TileSide - 1) / TileSide) ? Step.Tile : Step.Done;
        if (IsRaw(head[0]))
        {
            return (long)Math.Min(TileSide, _width - (column * TileSide)) * Math.Min(TileSide, _height - (row * TileSide)) * _pixel.Bytes;
        }

        return (head[0] & 8) == 0 ? 0 : head[^1] * ((head[0] & 16) != 0 ? _pixel.Bytes + 2L : 2L);
    }

    private static bool IsRaw(byte kind) => (kind & 1) != 0;
}
