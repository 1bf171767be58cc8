namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>Where a rectangle in Tight or TightPNG ends, as the community's registry describes it.</summary>
internal sealed class TightFollower
{
    // Shorter data stands as it is, without a length.
    private const long Uncompressed = 12;
    private const byte ExplicitFilter = 0x40;
    private const byte Palette = 1;
    private const byte Gradient = 2;

    private int _width;
    private int _height;
    private int _pixelBytes;
    private bool _atLength;

    public bool IsDone { get; private set; }

    public string Failure { get; private set; } = "";

    public void Begin(int width, int height, int pixelBytes) => (_width, _height, _pixelBytes, _atLength, IsDone) = (width, height, pixelBytes, false, false);

    public int HeadLength(ReadOnlySpan<byte> known)
    {
        if (_atLength)
        {
            // Seven bits a byte, eight in the third.
            return known.Length < 1 || known[0] < 0x80 ? 1 : known.Length < 2 || known[1] < 0x80 ? 2 : 3;
        }

        if (known.Length == 0 || (known[0] & 0x80) != 0 || (known[0] & ExplicitFilter) == 0)
        {
            return 1;
        }

        return known.Length >= 2 && known[1] == Palette ? 3 : 2;
    }

    public long Next(ReadOnlySpan<byte> head)
    {
        if (_atLength)
        {
            IsDone = true;
            return (head[0] & 0x7F) | (head.Length > 1 ? (head[1] & 0x7F) << 7 : 0) | (head.Length > 2 ? head[2] << 14 : 0);
        }

        switch (head[0] >> 4)
        {
            case 8:
                IsDone = true;
                return _pixelBytes;
            case 9 or 10:
                _atLength = true;
                return 0;
            case < 8:
                return Basic(head);
            default:
                Failure = $"a Tight rectangle of kind {head[0] >> 4}";
                return 0;
        }
    }

    private long Basic(ReadOnlySpan<byte> head)
    {
        if (head.Length > 1 && head[1] > Gradient)
        {
            Failure = $"a Tight rectangle with filter {head[1]}";
            return 0;
        }

        var colours = head.Length > 2 ? head[2] + 1 : 0;
        var row = colours == 0 ? (long)_width * _pixelBytes : colours <= 2 ? (_width + 7) / 8 : _width;
        var data = row * _height;
        (_atLength, IsDone) = (data >= Uncompressed, data < Uncompressed);
        return ((long)colours * _pixelBytes) + (IsDone ? data : 0);
    }
}
