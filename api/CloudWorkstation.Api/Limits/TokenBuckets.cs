using System.Runtime.InteropServices;

namespace CloudWorkstation.Api.Limits;

/// <summary>
/// A bucket of tokens for each key. It is filled when somebody asks, by the time that has passed: the framework's limiters wake up ten times a second each, to fill
/// buckets that nobody uses.
/// </summary>
/// <param name="capacity">Tokens of a full bucket, which is how each begins.</param>
/// <param name="perSecond">How fast it fills again.</param>
public sealed class TokenBuckets(int capacity, double perSecond, TimeProvider time)
{
    /// <summary>More keys than this at once share one bucket: what strangers send must not fill the memory.</summary>
    public const int MaximumKeys = 100_000;

    private const int FirstCleaning = 1_000;

    private readonly Lock one = new();
    private readonly Dictionary<string, Bucket> buckets = new(StringComparer.Ordinal);
    private int cleaning = FirstCleaning;

    /// <summary>How many keys are remembered.</summary>
    public int Count
    {
        get
        {
            lock (one)
            {
                return buckets.Count;
            }
        }
    }

    /// <summary>Takes a token; null when there was one, else how long it takes until there is.</summary>
    public TimeSpan? TryTake(string key)
    {
        lock (one)
        {
            var now = time.GetTimestamp();
            if (buckets.Count >= cleaning)
            {
                Clean(now);
            }

            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(buckets, buckets.Count < MaximumKeys || buckets.ContainsKey(key) ? key : "", out var known);
            var tokens = known ? Filled(bucket, now) : capacity;
            var enough = tokens >= 1;
            bucket = new Bucket(enough ? tokens - 1 : tokens, now);
            return enough ? null : TimeSpan.FromSeconds((1 - tokens) / perSecond);
        }
    }

    /// <summary>A full bucket says nothing that a new one would not.</summary>
    private void Clean(long now)
    {
        foreach (var (key, bucket) in buckets)
        {
            if (Filled(bucket, now) >= capacity)
            {
                buckets.Remove(key);
            }
        }

        cleaning = Math.Max(FirstCleaning, 2 * buckets.Count);
    }

    private double Filled(Bucket bucket, long now) => Math.Min(capacity, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Bucket(double Tokens, long At);
}
