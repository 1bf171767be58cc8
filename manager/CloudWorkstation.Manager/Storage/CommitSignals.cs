using System.Collections.Concurrent;

namespace CloudWorkstation.Manager.Storage;

/// <summary>
/// Tells the parts of this process that it has just stored something in a collection, so that who works on what is stored there need not keep
/// asking. A hint and no more: what other processes store is not heard, and what was stored before a crash is found by looking.
/// </summary>
public sealed class CommitSignals
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<CommitSignal>> listeners = new(StringComparer.Ordinal);

    /// <summary>A signal for whatever is stored in any of the collections, for as long as the process lives.</summary>
    public CommitSignal Listen(params IEnumerable<string> collections)
    {
        var signal = new CommitSignal();
        foreach (var collection in collections)
        {
            listeners.AddOrUpdate(collection, _ => [signal], (_, known) => [.. known, signal]);
        }

        return signal;
    }

    /// <summary>A commit was done.</summary>
    public void Raise(IEnumerable<DocumentWrite> writes)
    {
        foreach (var write in writes)
        {
            if (write.Kind == WriteKind.Put)
            {
                Raise(write.Key.Collection);
            }
        }
    }

    /// <summary>Somebody else may have stored something there.</summary>
    public void Raise(string collection)
    {
        if (listeners.TryGetValue(collection, out var known))
        {
            foreach (var signal in known)
            {
                signal.Raise();
            }
        }
    }
}

/// <summary>Remembers that it was raised until somebody waits; how often does not matter.</summary>
public sealed class CommitSignal
{
    private TaskCompletionSource pulse = NewPulse();

    public void Raise() => Volatile.Read(ref pulse).TrySetResult();

    /// <summary>Whether it was raised before the limit passed. One waits at a time.</summary>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref pulse).Task.WaitAsync(limit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }

        // Who raises it from here on is heard by the next wait; who did so just before is served by what the caller does now.
        Volatile.Write(ref pulse, NewPulse());
        return true;
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
