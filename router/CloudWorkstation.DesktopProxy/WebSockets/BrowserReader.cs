using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace CloudWorkstation.DesktopProxy.WebSockets;

/// <summary>Whether the last fill brought bytes.</summary>
internal enum Fill
{
    /// <summary>Nothing to read now: give the buffer back and wait.</summary>
    Empty,
    Bytes,

    /// <summary>The browser is gone.</summary>
    Ended,
}

/// <summary>
/// Reads the browser's frames. Waiting costs no buffer: <see cref="WaitAsync"/> is a zero-byte read, and a buffer is rented only
/// while bytes are there. Pings and pongs are dealt with on the way.
/// </summary>
internal sealed class BrowserReader(Socket socket, BrowserWriter writer, Dialect dialect, TimeProvider time) : IDisposable
{
    /// <summary>Free bytes in front of everything received, so that a filter may put back what it held from the buffer before.</summary>
    public const int Headroom = 32;

    private readonly FrameDecoder _decoder = new(dialect.Data);
    private byte[]? _buffer;
    private int _position = Headroom;
    private int _end = Headroom;
    private bool _drained;

    // What ReadExactlyAsync left of a piece: unmasked already, so the decoder must not see it again.
    private Piece? _rest;
    private long _pinged;

    /// <summary>The bytes of the buffer at hand, as <see cref="TryNext"/>'s pieces refer to them.</summary>
    public byte[] Buffer => _buffer ?? [];

    /// <summary>Set once the browser has sent a close frame, or broken the protocol.</summary>
    public SessionEnd? Ended { get; private set; }

    /// <summary>Why <see cref="Ended"/> is not a plain close.</summary>
    public string Failure => _decoder.Failure;

    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>
    /// When the browser last sent anything; the start of the session until then. Not only answers to pings count: over a slow network they wait behind
    /// whatever is drawn, and one who types is not gone.
    /// </summary>
    public long LastHeard { get; private set; } = time.GetTimestamp();

    public ValueTask<int> WaitAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
    }

    /// <summary>Receives what is there without waiting. All pieces of the buffer before must have been taken.</summary>
    public Fill Fill()
    {
        if (_drained)
        {
            _drained = false;
            return WebSockets.Fill.Empty;
        }

        _buffer ??= ArrayPool<byte>.Shared.Rent(Sessions.Pumps.BufferSize);
        var room = _buffer.AsSpan(Headroom);
        var received = socket.Receive(room, SocketFlags.None, out var error);
        _position = Headroom;
        _end = Headroom + received;

        if (received > 0)
        {
            LastHeard = time.GetTimestamp();
        }

        // A short read of a little has emptied the socket: asking again would only cost a system call.
        _drained = received is > 0 and < Sessions.Pumps.Bulk;
        return error switch
        {
            SocketError.WouldBlock => WebSockets.Fill.Empty,
            SocketError.Success when received > 0 => WebSockets.Fill.Bytes,
            _ => WebSockets.Fill.Ended,
        };
    }

    /// <summary>The next run of payload bytes in <see cref="Buffer"/>; false when the buffer is used up or the browser has ended.</summary>
    public bool TryNext(out Piece piece)
    {
        if (_rest is { } rest)
        {
            (piece, _rest) = (rest, null);
            return true;
        }

        piece = default;
        while (Ended is null && _position < _end)
        {
            piece = _decoder.Next(_buffer.AsSpan(0, _end), ref _position);
            if (piece.Kind == PieceKind.Data)
            {
                return true;
            }

            React(piece.Kind);
        }

        return false;
    }

    /// <summary>Reads exactly <paramref name="target"/> from however many frames; false when the browser ended first.</summary>
    public async ValueTask<bool> ReadExactlyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (target.Length > 0)
        {
            if (TryNext(out var piece))
            {
                var take = Math.Min(piece.Length, target.Length);
                _buffer.AsSpan(piece.Start, take).CopyTo(target.Span);
                target = target[take..];
                PutBack(piece, take);
                continue;
            }

            if (Ended is not null || !await RefillAsync(cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Starts a round trip; only the pong that answers it counts.</summary>
    public void Ping()
    {
        _pinged = time.GetTimestamp();
        writer.Ping(_pinged);
    }

    public void Dispose() => Release();

    /// <summary>Waits for and receives bytes; false at the end of the connection.</summary>
    public async ValueTask<bool> RefillAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var filled = Fill();
            if (filled != WebSockets.Fill.Empty)
            {
                return filled == WebSockets.Fill.Bytes;
            }

            await WaitAsync(cancellationToken);
        }
    }

    private void PutBack(Piece piece, int taken) =>
        _rest = piece.Length > taken ? new Piece(PieceKind.Data, piece.Start + taken, piece.Length - taken) : null;

    private void Release()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _position = _end = Headroom;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void React(PieceKind kind)
    {
        switch (kind)
        {
            case PieceKind.Ping:
                writer.Pong(_decoder.Control);
                break;
            case PieceKind.Pong when BinaryPrimitives.TryReadInt64BigEndian(_decoder.Control, out var pinged) && pinged == _pinged:
                RoundTrip = time.GetElapsedTime(pinged, LastHeard);
                break;
            case PieceKind.Close:
                Ended = SessionEnd.Normal;
                break;
            case PieceKind.Error:
                Ended = SessionEnd.BadFrame;
                break;
        }
    }
}
