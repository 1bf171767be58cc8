using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Recordings;

/// <summary>What all recordings that have ended take up together.</summary>
internal sealed record RecordingUsage(string Id, long Bytes)
{
    public const string All = "all";
}

/// <summary>The collections of this folder.</summary>
internal sealed class RecordingDocuments(IDocumentStore store)
{
    public const string ByOwner = "owner";
    public const string ByDesktop = "desktop";
    public const string ByTime = "time";
    public const string Everything = "all";

    /// <summary>What the rounds look at: what goes on, and what ends when.</summary>
    public const string ByDue = "due";
    public const string Open = "open";
    public const string Ended = "ended";

    public static CollectionDefinition Definition { get; } = new("recordings", ByOwner, ByDesktop, ByTime, ByDue);

    public static CollectionDefinition UsageDefinition { get; } = new("recordingusage");

    public static CollectionDefinition StraysDefinition { get; } = new("recordingstrays");

    public Collection<Recording> Recordings { get; } = new(store, Definition, r => r.Id, Indexes);

    public Collection<RecordingUsage> Usage { get; } = new(store, UsageDefinition, u => u.Id);

    public Collection<RecordingStray> Strays { get; } = new(store, StraysDefinition, s => s.Id);

    public static string Moment(DateTimeOffset at) => $"{at.UtcTicks:x16}";

    // Ids sort by the time they were made.
    private static IEnumerable<IndexEntry> Indexes(Recording recording) =>
    [
        new(ByOwner, recording.Owner, recording.Id),
        new(ByDesktop, recording.Desktop, recording.Id),
        new(ByTime, Everything, recording.Id),
        recording.State == RecordingState.Recording ? new(ByDue, Open, recording.Id) : new(ByDue, Ended, Moment(recording.ExpiresAt)),
    ];
}
