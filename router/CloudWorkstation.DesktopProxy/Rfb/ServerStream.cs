using System.Buffers.Binary;

namespace CloudWorkstation.DesktopProxy.Rfb;

/// <summary>
/// Follows what a VNC server sends, message by message and rectangle by rectangle, and leaves out the clipboard that must not come out.
/// Nothing is decompressed: every length stands in the clear. Nothing is allocated, and what passes is moved together in the buffer it
/// came in. A message's header goes on when it is complete and allowed.
/// </summary>
internal sealed class ServerStream
{
    /// <summary>Free bytes that <see cref="Take"/> needs in front of everything received: a header may have begun in the buffer before.</summary>
    public const int Headroom = 32;

    private const int RectangleHeader = 12;

    // More than any screen or clipboard; a length above it is a lie that would hide whatever comes next.
    private const long MostBytes = 1L << 30;

    private readonly ClipboardRule _clipboard;
    private readonly RectangleFollower _rectangle = new();
    private readonly MessageHead _head = new(Headroom);
    private long _pixel;
    private long _body;
    private bool _pass = true;
    private bool _inRectangle;
    private int _rectangles;

    /// <param name="clipboard">Without <see cref="ClipboardRule.Out"/> the desktop's clipboard stays in it.</param>
    /// <param name="serverInit">Whole; has the pixel format that holds until the browser sets another.</param>
    public ServerStream(ClipboardRule clipboard, ReadOnlySpan<byte> serverInit)
    {
        _clipboard = clipboard;
        Use(PixelLayout.Parse(serverInit[4..]));
    }

    /// <summary>Why it cannot be followed any further; empty while it can. Nothing may be forwarded after it.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Whether the next byte begins a message.</summary>
    public bool IsBetweenMessages => _head.Known.IsEmpty && _body == 0 && (_rectangles == 0 || (_inRectangle && _rectangle.IsDone && (_rectangles == 1 || _rectangle.IsLast)));

    /// <summary>How many updates of the screen have begun.</summary>
    public long Updates { get; private set; }

    /// <summary>How many messages were left out.</summary>
    public long Withheld { get; private set; }

    /// <summary>The browser sets a pixel format, from the direction that is not ours; no update may have been asked for before.</summary>
    public void Use(PixelLayout pixel) => Volatile.Write(ref _pixel, ((long)pixel.Bytes << 32) | (uint)pixel.TightBytes);

    /// <summary>Takes <c>buffer[from..to]</c>; the result is what passes of it, together.</summary>
    public Run Take(byte[] buffer, int from, int to)
    {
        var run = default(Run);
        while (from < to && Failure.Length == 0)
        {
            if (_body > 0)
            {
                run.Follow(buffer, ref from, to, ref _body, _pass);
            }
            else if (CollectHeader(buffer, ref from, to))
            {
                Begin(buffer, from, ref run);
            }
        }

        return run;
    }

    private bool CollectHeader(byte[] buffer, ref int from, int to)
    {
        while (from < to)
        {
            var needed = Needed();
            if (needed == 0)
            {
                Fail($"message type {_head.Known[0]}, whose length nobody knows");
                return false;
            }

            if (_head.Collect(buffer, ref from, to, needed) && needed == Needed())
            {
                return true;
            }
        }

        return false;
    }

    private int Needed()
    {
        if (_inRectangle && _rectangle.IsDone)
        {
            _inRectangle = false;
            _rectangles = _rectangle.IsLast ? 0 : _rectangles - 1;
        }

        return _inRectangle ? _rectangle.HeadLength(_head.Known) : _rectangles > 0 ? RectangleHeader : ServerMessages.HeaderLength(_head.Known);
    }

    private void Begin(byte[] buffer, int end, ref Run run)
    {
        var header = _head.Take();
        _pass = true;
        if (_inRectangle)
        {
            _body = _rectangle.Next(header);
        }
        else if (_rectangles > 0)
        {
            BeginRectangle(header);
        }
        else
        {
            BeginMessage(header);
        }

        if (_body is < 0 or > MostBytes || _rectangle.Failure.Length > 0)
        {
            Fail(_rectangle.Failure.Length > 0 ? _rectangle.Failure : "an impossible length");
        }
        else if (_pass)
        {
            run.Add(buffer, header, end);
        }
    }

    private void BeginMessage(ReadOnlySpan<byte> header)
    {
        _body = ServerMessages.BodyLength(header);
        switch (header[0])
        {
            case ServerMessages.FramebufferUpdate:
                _rectangles = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
                Updates++;
                break;
            case ServerMessages.ServerCutText when !ClipboardFilter.PassesOut(_clipboard, ServerMessages.ExtendedCutText(header)):
                _pass = false;
                Withheld++;
                break;
        }
    }

    private void BeginRectangle(ReadOnlySpan<byte> header)
    {
        var pixel = Volatile.Read(ref _pixel);
        _inRectangle = true;
        _body = _rectangle.Begin(
            BinaryPrimitives.ReadUInt16BigEndian(header[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(header[6..]),
            BinaryPrimitives.ReadInt32BigEndian(header[8..]),
            new PixelLayout((int)(pixel >> 32), (int)pixel));
    }

    private void Fail(string what) => Failure = $"The VNC server sent {what}.";
}
