namespace CloudWorkstation.Manager.Audit;

public static partial class AuditActions
{
    [Audited("recording", "A connection began to be recorded; the detail names it and says what is kept, and how long.")]
    public const string RecordingStart = "recording.start";

    [Audited("recording", "A recording ended; failed where it broke off.")]
    public const string RecordingEnd = "recording.end";

    [Audited("recording", "Somebody played a recording, or was refused.")]
    public const string RecordingView = "recording.view";

    [Audited("recording", "Somebody took a recording's timeline away.")]
    public const string RecordingExport = "recording.export";

    [Audited("recording", "Somebody deleted a recording before its time, or was refused.")]
    public const string RecordingDelete = "recording.delete";

    [Audited("recording", "A recording was deleted because its time was over.")]
    public const string RecordingExpire = "recording.expire";
}
