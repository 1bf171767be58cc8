namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>How long to wait after a failure.</summary>
internal static class DeliverySchedule
{
    private const double Growth = 3;
    private const int MostGrowth = 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Of one delivery: threefold with each attempt, up to 6 hours, plus or minus a fifth so that many do not come back at once.</summary>
    public static TimeSpan Wait(TimeSpan first, int attempts, WebhookAnswer answer, double random) =>
        Longer(Grown(first, attempts, LongestWait) * (0.8 + (0.4 * random)), answer.RetryAfter);

    /// <summary>Of a webhook that did not take the last delivery: all that wait for it wait together, at most 5 minutes unless it asks for longer.</summary>
    public static TimeSpan Pause(TimeSpan first, int failures, WebhookAnswer answer, double random) =>
        Longer(Grown(first, failures, LongestPause) * (0.8 + (0.2 * random)), answer.RetryAfter);

    private static TimeSpan Grown(TimeSpan first, int times, TimeSpan longest)
    {
        var grown = first.TotalSeconds * Math.Pow(Growth, Math.Min(times, MostGrowth));
        return grown < longest.TotalSeconds ? TimeSpan.FromSeconds(grown) : longest;
    }

    private static TimeSpan Longer(TimeSpan wait, TimeSpan? asked) => asked > wait ? asked.Value : wait;
}
