namespace CloudWorkstation.Manager.Desktops.Idle;

/// <summary>
/// Notices that the clock was set, or that the machine slept: the time of day has then moved by something else than the time that passed. What
/// depends on how long nobody did something must not believe the difference.
/// </summary>
internal sealed class ClockSteps(TimeProvider time)
{
    /// <summary>Clocks that are kept right are moved by less.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromMinutes(1);

    private DateTimeOffset wall = time.GetUtcNow();
    private long passed = time.GetTimestamp();

    /// <summary>Whether there was one since the last time that this was asked.</summary>
    public bool Look()
    {
        var (now, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        var difference = (now - wall) - time.GetElapsedTime(passed, stamp);
        (wall, passed) = (now, stamp);
        return difference.Duration() > Noticed;
    }
}
