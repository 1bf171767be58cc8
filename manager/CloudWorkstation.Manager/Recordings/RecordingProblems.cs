namespace CloudWorkstation.Manager.Recordings;

internal static class RecordingProblems
{
    public static Problem Forbidden { get; } = new(
        ProblemKind.Forbidden, "forbidden", "You may see that this desktop was recorded, but not the recording. Ask an auditor or an administrator.");

    public static Problem MayNotDelete { get; } = new(ProblemKind.Forbidden, "forbidden", "Your roles do not let you delete recordings.");

    public static Problem Ended { get; } = new(ProblemKind.Conflict, "conflict", "The recording has ended.");

    public static Problem GoesOn { get; } = new(ProblemKind.Conflict, "conflict", "The session is still going on. Delete the recording when it has ended.");

    public static Problem PlaceGone { get; } = new(ProblemKind.Unavailable, "unavailable", "The place that this recording is kept in is not set up any more. Tell an administrator.");

    public static Problem OtherChunk { get; } = new(ProblemKind.Conflict, "conflict", "There is another chunk of this number already.");

    public static Problem Malformed { get; } = new(ProblemKind.Malformed, "malformed_request", "This is no chunk of a recording, or not of this number.");

    public static Problem Busy { get; } = new(ProblemKind.Conflict, "busy", "Others are changing the recording at this moment. Try again.");

    /// <summary>What must be recorded is not opened unrecorded.</summary>
    public static Problem Unavailable(string why) => new(
        ProblemKind.Unavailable, "recording_unavailable", $"This desktop may only be used while it is recorded, and recordings cannot be kept now: {why} Tell an administrator.");

    /// <summary>The rounds go on with it.</summary>
    public static Problem StillThere(string why) => new(
        ProblemKind.Unavailable, "unavailable", $"The recording is in no list any more, but its content is not deleted yet: {why} That is tried again until it is done.");

    public static Problem NotFound(string id) => Problem.NotFound("recording", id);
}
