namespace CloudWorkstation.Manager.Routing;

/// <summary>Ended sessions that this process has heard of, until the last token of each has run out.</summary>
internal sealed class KnownEndings(TimeProvider time)
{
    /// <summary>Looking through all of them at each new one would make a thousand people who leave at once cost a million looks.</summary>
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> until = new(StringComparer.Ordinal);
    private DateTimeOffset nextSweep;

    /// <summary>False when it was known.</summary>
    public bool Add(string session, DateTimeOffset tokensValidUntil)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now >= nextSweep)
            {
                Drop(now);
            }

            return until.TryAdd(session, tokensValidUntil);
        }
    }

    public IReadOnlyList<(string SessionId, DateTimeOffset Until)> Live()
    {
        lock (gate)
        {
            Drop(time.GetUtcNow());
            return [.. until.Select(u => (u.Key, u.Value))];
        }
    }

    private void Drop(DateTimeOffset now)
    {
        nextSweep = now + BetweenSweeps;
        foreach (var over in until.Where(u => u.Value < now).Select(u => u.Key).ToList())
        {
            until.Remove(over);
        }
    }
}
