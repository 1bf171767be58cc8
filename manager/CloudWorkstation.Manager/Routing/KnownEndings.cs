namespace CloudWorkstation.Manager.Routing;

/// <summary>Ended sessions that this process has heard of, until the last token of each has run out.</summary>
internal sealed class KnownEndings(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> until = new(StringComparer.Ordinal);

    /// <summary>False when it was known.</summary>
    public bool Add(string session, DateTimeOffset tokensValidUntil)
    {
        lock (gate)
        {
            Drop();
            return until.TryAdd(session, tokensValidUntil);
        }
    }

    public IReadOnlyList<(string SessionId, DateTimeOffset Until)> Live()
    {
        lock (gate)
        {
            Drop();
            return [.. until.Select(u => (u.Key, u.Value))];
        }
    }

    private void Drop()
    {
        var now = time.GetUtcNow();
        foreach (var over in until.Where(u => u.Value < now).Select(u => u.Key).ToList())
        {
            until.Remove(over);
        }
    }
}
