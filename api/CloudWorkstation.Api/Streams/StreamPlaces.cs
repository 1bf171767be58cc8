using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Streams;

/// <summary>
/// Bounds how many streams stand open at once: each holds a connection, and nothing but its client ends it. One limit is for a session, a
/// wider one for all sessions of an account.
/// </summary>
public sealed class StreamPlaces(IOptions<ApiSettings> settings)
{
    private static readonly TimeSpan ComeBackIn = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);

    /// <summary>Hold it while the stream lasts.</summary>
    /// <exception cref="ProblemException">No place is left.</exception>
    public IDisposable Take(Actor actor)
    {
        var rate = settings.Value.Rate;
        string[] keys = actor.SessionId is { } session ? ["account:" + actor.AccountId, "session:" + session] : ["account:" + actor.AccountId];
        lock (gate)
        {
            if (keys.Any(k => taken.GetValueOrDefault(k) >= (k[0] == 'a' ? rate.StreamsPerAccount : rate.StreamsPerSession)))
            {
                throw new ProblemException(HttpProblem.Of("rate_limited", "Too many live streams are open for you. Close some, then try again.").RetryIn(ComeBackIn));
            }

            foreach (var key in keys)
            {
                taken[key] = taken.GetValueOrDefault(key) + 1;
            }
        }

        return new Place(this, keys);
    }

    private void Leave(string[] keys)
    {
        lock (gate)
        {
            foreach (var key in keys)
            {
                if (--taken[key] == 0)
                {
                    taken.Remove(key);
                }
            }
        }
    }

    private sealed class Place(StreamPlaces owner, string[] keys) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                owner.Leave(keys);
            }
        }
    }
}
