using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>
/// Between the pumps, which must not wait, and the sender, which must. A bounded number of segments goes round: filled by the pumps, emptied
/// by the sender, filled again; nothing is allocated meanwhile. A pump that finds little room left waits before it reads on.
/// </summary>
internal sealed class RecordingBuffer : IDisposable
{
    // What one read of a pump may add to what another has just added, in chunks of full size.
    private const int Reserve = 2;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly Queue<Segment> _free;
    private readonly Queue<Segment> _full;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly int _reserve;
    private Segment? _current;
    private TaskCompletionSource? _room;
    private bool _closed;
    private bool _released;

    public RecordingBuffer(TimeProvider time, int segments, int chunkBytes = 0)
    {
        _time = time;
        _start = time.GetTimestamp();

        // Of smaller chunks there are more: together they hold as much.
        var chunks = ChunkSeal.MaximumContent / Segment.Most(chunkBytes);
        (_reserve, segments) = (Reserve * chunks, segments * chunks);
        _free = new Queue<Segment>(segments);
        _full = new Queue<Segment>(segments);
        for (var i = 0; i < segments; i++)
        {
            _free.Enqueue(new Segment(chunkBytes));
        }
    }

    /// <summary>Milliseconds since the beginning.</summary>
    public uint Now => (uint)_time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Adds a record, or as many as it takes; false when there was no room for all of it.</summary>
    public bool Append(RecordKind kind, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return true;
            }

            var at = Now;
            do
            {
                if (Place(kind == RecordKind.Screen ? StreamRecord.HeadBytes + 1 : StreamRecord.HeadBytes + content.Length) is not { } segment)
                {
                    return false;
                }

                var take = Math.Min(content.Length, segment.Room - StreamRecord.HeadBytes);
                segment.Append(kind, at, content[..take]);
                content = content[take..];
            }
            while (!content.IsEmpty);
            return true;
        }
    }

    /// <summary>Done when a pump may read on. Completes at once, without allocation, unless the sender is far behind.</summary>
    public Task RoomAsync()
    {
        lock (_gate)
        {
            return _released || _free.Count >= _reserve
                ? Task.CompletedTask
                : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The next segment to send; <paramref name="older"/> also takes one that is not full but began so long ago. Null when there is none.</summary>
    public Segment? Take(TimeSpan older)
    {
        lock (_gate)
        {
            if (_full.TryDequeue(out var segment))
            {
                return segment;
            }

            if (_current is not { } current || Now - current.From < older.TotalMilliseconds)
            {
                return null;
            }

            _current = null;
            return current;
        }
    }

    public void GiveBack(Segment segment)
    {
        segment.Clear();
        TaskCompletionSource? room;
        lock (_gate)
        {
            _free.Enqueue(segment);
            room = _free.Count >= _reserve ? _room : null;
            _room = room is null ? _room : null;
        }

        room?.TrySetResult();
    }

    /// <summary>Waits for a full segment, or a while.</summary>
    public Task<bool> FilledAsync(TimeSpan most) => _filled.WaitAsync(most);

    /// <summary>Nobody waits for room any more.</summary>
    public void Release()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _released = true;
            room = _room;
        }

        room?.TrySetResult();
    }

    /// <summary>Nothing is added any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        Release();
        _filled.Release();
    }

    public void Dispose()
    {
        foreach (var segment in _full)
        {
            segment.Clear();
        }

        _current?.Clear();
        _filled.Dispose();
    }

    private Segment? Place(int needed)
    {
        if (_current is { } current && current.Room < needed)
        {
            _full.Enqueue(current);
            _current = null;
            _filled.Release();
        }

        if (_current is null)
        {
            _free.TryDequeue(out _current);
        }

        return _current;
    }
}
