using CloudWorkstation.Manager.Recordings;

namespace CloudWorkstation.Api.Recordings;

/// <param name="Id">Account id.</param>
/// <param name="UserName">As it was then.</param>
public sealed record RecordedPerson(string Id, string UserName);

/// <param name="Id">The desktop; it may be gone.</param>
/// <param name="Name">As it was then.</param>
public sealed record RecordedDesktop(string Id, string Name);

/// <summary>A recorded connection.</summary>
public sealed record RecordingModel
{
    public required string Id { get; init; }

    public required RecordedDesktop Desktop { get; init; }

    /// <value>Whose desktop it was.</value>
    public required RecordedPerson Owner { get; init; }

    /// <value>Who was at the screen.</value>
    public required RecordedPerson Viewer { get; init; }

    /// <value>Whether key events are kept.</value>
    public required bool Keys { get; init; }

    public required RecordingState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public long? DurationMilliseconds { get; init; }

    public long? Bytes { get; init; }

    /// <value>How many chunks there are to play.</value>
    public long? Chunks { get; init; }

    /// <value>Why the session ended; absent when nobody said.</value>
    public string? Reason { get; init; }

    /// <value>When it is deleted.</value>
    public required DateTimeOffset ExpiresAt { get; init; }

    public static RecordingModel Of(Recording recording) => new()
    {
        Id = recording.Id,
        Desktop = new RecordedDesktop(recording.Desktop, recording.DesktopName),
        Owner = new RecordedPerson(recording.Owner, recording.OwnerName),
        Viewer = new RecordedPerson(recording.Viewer, recording.ViewerName),
        Keys = recording.Keys,
        State = recording.State,
        StartedAt = recording.StartedAt,
        EndedAt = recording.EndedAt,
        DurationMilliseconds = recording.DurationMilliseconds,
        Bytes = recording.Bytes,
        Chunks = recording.Chunks,
        Reason = recording.Reason,
        ExpiresAt = recording.ExpiresAt,
    };
}
