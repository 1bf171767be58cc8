using System.Collections.Concurrent;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>
/// What this process has handed to Quartz a moment ago. Every worker sees every queued operation in every sweep; without a memory a long
/// queue would be asked about in the jobs' database again and again, by everyone.
/// </summary>
internal sealed class HandedOver(TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<(string Id, int Attempt), DateTimeOffset> known = new();

    /// <summary>True when it is to be handed over: never done, or so long ago that it may have been lost.</summary>
    public bool IsDue(Operation operation) =>
        !known.TryGetValue((operation.Id, operation.Attempt), out var at) || time.GetUtcNow() - at > Remembered;

    public void Note(Operation operation)
    {
        var now = time.GetUtcNow();
        if (known.Count > MostRemembered)
        {
            foreach (var (key, at) in known.Where(k => now - k.Value > Remembered))
            {
                known.TryRemove(KeyValuePair.Create(key, at));
            }
        }

        known[(operation.Id, operation.Attempt)] = now;
    }

    /// <summary>Its job came and went: if the operation still waits, it needs another.</summary>
    public void Forget(string operation)
    {
        foreach (var key in known.Keys.Where(k => k.Id == operation))
        {
            known.TryRemove(key, out _);
        }
    }
}
