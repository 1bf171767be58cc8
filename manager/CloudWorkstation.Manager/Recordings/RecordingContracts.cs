using System.Text.Json.Serialization;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Recordings;

[JsonConverter(typeof(JsonStringEnumConverter<RecordingState>))]
public enum RecordingState
{
    /// <summary>The session goes on.</summary>
    Recording,

    /// <summary>Whole: the desktop proxy said how many chunks there are, and all are here.</summary>
    Complete,

    /// <summary>It broke off; what is there can be played.</summary>
    Broken,

    /// <summary>Its time is over, or somebody deleted it: the chunks are being removed, then the document.</summary>
    Expired,
}

/// <summary>One recorded connection. Stored before its first byte; the key that its chunks are encrypted with is sealed.</summary>
public sealed record Recording
{
    public required string Id { get; init; }

    public required string Connection { get; init; }

    public required string Desktop { get; init; }

    public required string DesktopName { get; init; }

    /// <value>Account id of the desktop's owner at that time.</value>
    public required string Owner { get; init; }

    public required string OwnerName { get; init; }

    /// <value>Account id of who was at the screen.</value>
    public required string Viewer { get; init; }

    public required string ViewerName { get; init; }

    /// <value>Whether key events are kept.</value>
    public bool Keys { get; init; }

    public required RecordingState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <value>Why the session ended; null when nobody said.</value>
    public string? Reason { get; init; }

    public long? DurationMilliseconds { get; init; }

    public long? Bytes { get; init; }

    public uint? Chunks { get; init; }

    public required int RetentionDays { get; init; }

    /// <value>When it is deleted.</value>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <value><c>files</c> or <c>s3</c>.</value>
    public required string Place { get; init; }

    public required string SealedKey { get; init; }
}

/// <summary>What the desktop proxy is told of a recording that it must make.</summary>
/// <param name="Id">The recording.</param>
/// <param name="Keys">Whether key events are kept.</param>
/// <param name="Key">The data key, base64url, encrypted to the desktop proxies.</param>
/// <param name="MaximumBytes">With more the session ends and the next one is the next recording.</param>
/// <param name="MaximumSeconds">The same for its length.</param>
/// <param name="ChunkBytes">A chunk has at most so many bytes of records.</param>
public sealed record RecordingOrder(string Id, bool Keys, string Key, long MaximumBytes, int MaximumSeconds, int ChunkBytes);

public sealed record RecordingFilter
{
    /// <value>A desktop's id; null for all.</value>
    public string? Desktop { get; init; }

    /// <value>Account id or user name; null for one's own.</value>
    public string? Owner { get; init; }

    /// <value>Everyone's; needs the permission.</value>
    public bool Everyone { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public int Limit { get; init; } = 50;

    public string? Cursor { get; init; }
}

/// <summary>What of a recording is read: a stretch of time, or so many chunks from one on.</summary>
public sealed record RecordingPart
{
    /// <value>Milliseconds since the recording began; chunks that end before are left out.</value>
    public uint From { get; init; }

    /// <value>Chunks that begin then or later are left out.</value>
    public uint To { get; init; } = uint.MaxValue;

    /// <value>The number of the first chunk; counts besides <see cref="From"/>.</value>
    public uint First { get; init; }

    /// <value>So many chunks at most.</value>
    public uint Count { get; init; } = uint.MaxValue;

    /// <value>Whether the pictures are wanted, or only when there were some, and what people did.</value>
    public bool Pictures { get; init; } = true;
}

/// <summary>A decrypted chunk.</summary>
/// <param name="Number">Its place.</param>
/// <param name="From">Milliseconds from the recording's beginning to its first record.</param>
/// <param name="To">And to its last.</param>
/// <param name="Records">The records.</param>
public sealed record OpenedChunk(uint Number, uint From, uint To, ReadOnlyMemory<byte> Records);

/// <summary>What happened at one moment of a recording.</summary>
/// <param name="At">When.</param>
/// <param name="Offset">Milliseconds since the recording began.</param>
/// <param name="Kind"><c>begin</c>, <c>end</c>, <c>activity</c> or <c>key</c>.</param>
/// <param name="Detail">Of activity: <c>key</c>, <c>pointer</c>, <c>touch</c>, <c>clipboard</c>, <c>file</c>; of begin: who; of end: why; of a key: the character or the keysym.</param>
/// <param name="Keysym">Of a key.</param>
/// <param name="Down">Of a key.</param>
public sealed record TimelineMark(DateTimeOffset At, uint Offset, string Kind, string Detail, uint? Keysym = null, bool? Down = null);

/// <summary>Recordings, for people. The content needs <c>recordings.view</c>; an owner sees that and when their desktop was recorded.</summary>
public interface IRecordingService
{
    Task<Outcome<Listing<Recording>>> ListAsync(Actor actor, RecordingFilter filter, CancellationToken cancellationToken);

    Task<Outcome<Recording>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Audited once for a sitting. The chunks of that part in their order, up to the first that is missing.</summary>
    Task<Outcome<IAsyncEnumerable<OpenedChunk>>> OpenAsync(Actor actor, string id, RecordingPart part, CancellationToken cancellationToken);

    /// <summary>Audited.</summary>
    Task<Outcome<IAsyncEnumerable<TimelineMark>>> TimelineAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Needs <c>recordings.manage</c>; audited.</summary>
    Task<Outcome<bool>> DeleteAsync(Actor actor, string id, CancellationToken cancellationToken);
}

/// <summary>The desktop proxies' side.</summary>
public interface IRecordingIntake
{
    /// <summary>Stores a chunk; the same one twice is fine, another one of the same number is a conflict.</summary>
    Task<Outcome<bool>> PutAsync(string id, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken);

    /// <summary>That was all.</summary>
    Task<Outcome<bool>> CompleteAsync(string id, uint chunks, string reason, CancellationToken cancellationToken);
}
