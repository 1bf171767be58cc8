using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace CloudWorkstation.DesktopProxy.WebSockets;

/// <summary>
/// The one place that writes to the browser after the upgrade. The download pump owns the connection while it sends a frame; control frames wait
/// for the gap between two frames and are then sent by whoever leaves. Nothing that only answers (a pong) ever blocks the other
/// direction, and at most one frame of each kind waits, however many pings arrive (RFC 6455 section 5.5.3 asks for the latest only).
/// </summary>
internal sealed class BrowserWriter(Socket socket, Dialect dialect) : IDisposable
{
    private const int PingPayload = sizeof(long);

    // Header and payload of a pong, a ping and a close frame at their largest.
    private const int ControlRoom = 2 + Frames.MaximumControlPayload + 2 + PingPayload + 2 + Frames.MaximumControlPayload;

    // What a peer may be told in passing before it reads any of it.
    private const int MaximumAside = 4096;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _pending = new();
    private byte[]? _pong;
    private int _pongLength = -1;
    private long? _ping;
    private SessionEnd? _close;
    private byte[] _aside = [];
    private int _asideLength;
    private byte[] _frames = [];

    /// <summary>No data frame may follow a close frame.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Waits for the turn to send a data frame; completes at once, without allocation, unless a frame is stuck in back-pressure.</summary>
    public Task EnterAsync() => _turn.WaitAsync();

    /// <summary>Gives the turn back and sends the control frames that came meanwhile.</summary>
    public void Leave()
    {
        _turn.Release();
        _ = FlushAsync();
    }

    public void Pong(ReadOnlySpan<byte> payload)
    {
        lock (_pending)
        {
            _pong ??= new byte[Frames.MaximumControlPayload];
            payload.CopyTo(_pong);
            _pongLength = payload.Length;
        }

        _ = FlushAsync();
    }

    public void Ping(long timestamp)
    {
        lock (_pending)
        {
            _ping = timestamp;
        }

        _ = FlushAsync();
    }

    /// <summary>
    /// Sends a small message in the next gap between two data frames, however long that takes; false when so much waits already that the browser
    /// cannot be reading.
    /// </summary>
    public bool Say(ReadOnlySpan<byte> message)
    {
        lock (_pending)
        {
            if (_asideLength + message.Length > MaximumAside)
            {
                return false;
            }

            if (_aside.Length < _asideLength + message.Length)
            {
                Array.Resize(ref _aside, Math.Max(2 * _aside.Length, _asideLength + message.Length));
            }

            message.CopyTo(_aside.AsSpan(_asideLength));
            _asideLength += message.Length;
        }

        _ = FlushAsync();
        return true;
    }

    /// <summary>Sends a close frame after the frame that is under way; only the first one counts.</summary>
    public void Close(SessionEnd end)
    {
        lock (_pending)
        {
            _close ??= end;
        }

        _ = FlushAsync();
    }

    public void Dispose() => _turn.Dispose();

    private bool HasPending
    {
        get
        {
            lock (_pending)
            {
                return !IsClosed && (_pongLength >= 0 || _ping is not null || _close is not null || _asideLength > 0);
            }
        }
    }

    private async Task FlushAsync()
    {
        try
        {
            // Whoever holds the turn looks again after giving it back, so nothing waits without somebody who will send it.
            while (HasPending && await _turn.WaitAsync(TimeSpan.Zero))
            {
                try
                {
                    await socket.SendAsync(TakePending(), SocketFlags.None);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone; the pump that reads it ends the session.
        }
    }

    private ReadOnlyMemory<byte> TakePending()
    {
        var length = 0;
        lock (_pending)
        {
            // One sender at a time, so one array will do.
            var room = ControlRoom + Frames.MaximumServerHeader + _asideLength;
            if (_frames.Length < room)
            {
                _frames = new byte[room];
            }

            if (_asideLength > 0)
            {
                _aside.AsSpan(0, _asideLength).CopyTo(_frames.AsSpan(Frames.MaximumServerHeader));
                var start = Frames.WriteHeaderBefore(_frames, Frames.MaximumServerHeader, _asideLength, dialect.Data);
                length = Frames.MaximumServerHeader + _asideLength - start;
                _frames.AsSpan(start, length).CopyTo(_frames);
                _asideLength = 0;
            }

            if (_pongLength >= 0)
            {
                length += Write(_frames.AsSpan(length), Opcode.Pong, _pong.AsSpan(0, _pongLength));
                _pongLength = -1;
            }

            if (_ping is { } timestamp)
            {
                Span<byte> payload = stackalloc byte[PingPayload];
                BinaryPrimitives.WriteInt64BigEndian(payload, timestamp);
                length += Write(_frames.AsSpan(length), Opcode.Ping, payload);
                _ping = null;
            }

            if (_close is { } end && !IsClosed)
            {
                length += WriteClose(_frames.AsSpan(length), end);
                IsClosed = true;
            }
        }

        return _frames.AsMemory(0, length);
    }

    private int WriteClose(Span<byte> target, SessionEnd end)
    {
        Span<byte> payload = stackalloc byte[Frames.MaximumControlPayload];
        BinaryPrimitives.WriteUInt16BigEndian(payload, end.Code);
        var length = 2 + Encoding.ASCII.GetBytes(dialect.Reason(end), payload[2..]);
        return Write(target, Opcode.Close, payload[..length]);
    }

    private static int Write(Span<byte> target, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        Frames.WriteHeaderBefore(target, 2, payload.Length, opcode);
        payload.CopyTo(target[2..]);
        return 2 + payload.Length;
    }
}
