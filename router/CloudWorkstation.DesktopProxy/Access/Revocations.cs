using System.Collections.Concurrent;

namespace CloudWorkstation.DesktopProxy.Access;

/// <summary>Sessions that were signed out: their desktop tokens open nothing even while they have not expired.</summary>
internal sealed class Revocations(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    public void Add(string session, DateTimeOffset until)
    {
        var now = time.GetUtcNow();
        foreach (var (old, end) in _until)
        {
            if (end < now)
            {
                _until.TryRemove(old, out _);
            }
        }

        _until[session] = until;
    }

    public bool Contains(string session) => _until.TryGetValue(session, out var until) && time.GetUtcNow() < until;
}
