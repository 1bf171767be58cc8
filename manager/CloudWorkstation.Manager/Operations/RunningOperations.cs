using System.Collections.Concurrent;

namespace CloudWorkstation.Manager.Operations;

/// <summary>The attempts of this process, so that a cancel asked for here is seen at once and not with the next heartbeat.</summary>
internal sealed class RunningOperations
{
    private readonly ConcurrentDictionary<string, Attempt> attempts = new(StringComparer.Ordinal);

    public int Count => attempts.Count;

    public void Add(Attempt attempt) => attempts[attempt.Operation.Id] = attempt;

    public void Remove(Attempt attempt) => attempts.TryRemove(new KeyValuePair<string, Attempt>(attempt.Operation.Id, attempt));

    public void Touch(string operation)
    {
        if (attempts.TryGetValue(operation, out var attempt))
        {
            attempt.Touch();
        }
    }
}
