namespace CloudWorkstation.DesktopProxy.Recording;

/// <summary>How much a recorder holds, and how long it bears an api that does not take it.</summary>
internal sealed record RecordingLimits
{
    /// <summary>Chunks that may wait in memory; with the one being filled that is the bound of a session's memory.</summary>
    public int Segments { get; init; } = 8;

    /// <summary>What is in memory leaves it at the latest after this.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A chunk that cannot be stored for so long ends the session. An api that is restarted is back before.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The same once the session is over and the process may be about to go.</summary>
    public TimeSpan LastPatience { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(250);
}
