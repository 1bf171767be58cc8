using System.Buffers.Binary;
using System.Text;
using CloudWorkstation.DesktopProxy.WebSockets;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>
/// Records one session. What the pumps hand over is copied and sent behind their back; when it cannot be kept, the session ends: a desktop
/// that is to be recorded is never used unrecorded.
/// </summary>
internal sealed class Recorder : IDisposable
{
    private const uint MarkEvery = 1000;
    private const uint PointerEvery = 50;
    private readonly RecordingOrder _order;
    private readonly RecordingBuffer _buffer;
    private readonly RecordingSender _sender;
    private readonly Action<SessionEnd> _end;
    private readonly Dictionary<Activity, uint> _marked = new(5);
    private uint _pointerAt;
    private byte _buttons;
    private volatile bool _broken;

    public Recorder(RecordingOrder order, string engine, RecordingLimits limits, Func<RecordingBuffer, RecordingSender> sender, TimeProvider time, Action<SessionEnd> end)
    {
        (_order, _end) = (order, end);
        _buffer = new RecordingBuffer(time, limits.Segments, order.ChunkBytes);
        _sender = sender(_buffer);
        Add(RecordKind.Start, Encoding.ASCII.GetBytes(order.Keys ? $"{engine}+keys" : engine));
        _sender.Start(end);
    }

    /// <summary>Bytes that are about to go to the browser.</summary>
    public void ToBrowser(ReadOnlySpan<byte> bytes) => Add(RecordKind.Screen, bytes);

    /// <summary>A pump asks before it reads on.</summary>
    public Task RoomAsync() => _buffer.RoomAsync();

    public void Key(uint keysym, bool down)
    {
        Mark(Activity.Key);
        if (_order.Keys)
        {
            Span<byte> key = stackalloc byte[5];
            key[0] = down ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt32BigEndian(key[1..], keysym);
            Add(RecordKind.Key, key);
        }
    }

    /// <summary>Twenty positions a second show a movement; a button that changes is never left out.</summary>
    public void Pointer(byte buttons, ushort x, ushort y)
    {
        Mark(Activity.Pointer);
        var now = _buffer.Now;
        if (buttons == _buttons && now - _pointerAt < PointerEvery)
        {
            return;
        }

        (_buttons, _pointerAt) = (buttons, now);
        Span<byte> pointer = stackalloc byte[5];
        Segment.WritePointer(pointer, buttons, x, y);
        Add(RecordKind.Pointer, pointer);
    }

    public void Mark(Activity activity)
    {
        var now = _buffer.Now;
        if (_marked.TryGetValue(activity, out var last) && now - last < MarkEvery)
        {
            return;
        }

        _marked[activity] = now;
        Add(RecordKind.Mark, [(byte)activity]);
    }

    /// <summary>The session ends: nobody waits for room any more.</summary>
    public void Release() => _buffer.Release();

    /// <summary>Sends what is left and says that it was all; gives up after a while. Never throws.</summary>
    public Task FinishAsync(string reason)
    {
        Add(RecordKind.End, Encoding.ASCII.GetBytes(reason));
        return _sender.FinishAsync(_broken ? null : reason);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _buffer.Dispose();
    }

    private void Add(RecordKind kind, ReadOnlySpan<byte> content)
    {
        if (!_buffer.Append(kind, content))
        {
            // What comes after a hole must not look as if there was none.
            _broken = true;
            _buffer.Close();
            _end(SessionEnd.Unrecorded);
        }
    }
}
