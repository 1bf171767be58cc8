namespace CloudWorkstation.Launcher.Supervision;

/// <summary>How long to wait before a service is started again: at once the first time, doubling while it keeps dying, forgotten once it has run for a while.</summary>
public sealed class Backoff
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    public TimeSpan After(TimeSpan lived)
    {
        if (lived >= Healthy)
            _next = First;
        var delay = _next;
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return delay;
    }
}
