namespace CloudWorkstation.Manager.Desktops.Idle;

/// <summary>
/// Since when nobody uses a desktop, and when that ends it. Use is what a person does in its screen, opening it, and starting or changing
/// the desktop; an open page or a busy processor is none.
/// </summary>
internal static class IdleRules
{
    /// <summary>
    /// The warning in the page ends this long before the stop: input is known to the store at the latest a report later, and input that
    /// beats the clock on the page must win.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan LongestKeptAwake = TimeSpan.FromHours(24);

    public static DateTimeOffset Since(Desktop desktop, DesktopActivity? activity) =>
        Latest(desktop.UpdatedAt, Latest(Latest(activity?.LastInputAt, activity?.LastOpenedAt), activity?.CountedFrom ?? DateTimeOffset.MinValue));

    /// <summary>What is known of a desktop's use, once the clock was set to <paramref name="now"/>: its time is counted anew, and nothing was in the future.</summary>
    public static DesktopActivity AfterStep(DesktopActivity activity, DateTimeOffset now) => activity with
    {
        LastInputAt = activity.LastInputAt > now ? now : activity.LastInputAt,
        LastOpenedAt = activity.LastOpenedAt > now ? now : activity.LastOpenedAt,
        CountedFrom = now,
    };

    public static DateTimeOffset StopsAt(DateTimeOffset since, int minutes, DateTimeOffset? keptAwakeUntil) =>
        Latest(since.AddMinutes(minutes), keptAwakeUntil ?? DateTimeOffset.MinValue);

    public static bool IsDue(Desktop desktop, DesktopActivity? activity, int minutes, DateTimeOffset now) =>
        now >= StopsAt(Since(desktop, activity), minutes, activity?.KeptAwakeUntil) + Grace;

    /// <summary>How long before the stop people are warned: two minutes, or half of a shorter limit.</summary>
    public static TimeSpan Warning(int minutes) => TimeSpan.FromMinutes(Math.Min(2, minutes / 2.0));

    /// <summary>How long before the stop its owner is told who does not look at the page: ten minutes, or half of a shorter limit.</summary>
    public static TimeSpan Notice(int minutes) => TimeSpan.FromMinutes(Math.Min(10, minutes / 2.0));

    private static DateTimeOffset Latest(DateTimeOffset? a, DateTimeOffset? b) => Latest(a ?? DateTimeOffset.MinValue, b ?? DateTimeOffset.MinValue);

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
