namespace CloudWorkstation.Manager.Events;

/// <summary>What a reader got: entries, where to read on, and whether some were lost because the ring went round.</summary>
internal readonly record struct RingRead(IReadOnlyList<EventDocument> Entries, long Next, bool Lost);

/// <summary>
/// The last few thousand events, shared by all listeners. A listener is only a number (its position), so a thousand of them cost next to
/// nothing, and one that is too slow loses its place instead of holding memory.
/// </summary>
internal sealed class EventRing(int capacity)
{
    private readonly Lock gate = new();
    private readonly EventDocument[] entries = new EventDocument[capacity];
    private readonly Dictionary<string, long> positions = new(capacity, StringComparer.Ordinal);
    private readonly Dictionary<string, (long Order, long Position)> newest = new(StringComparer.Ordinal);
    private TaskCompletionSource pulse = NewPulse();
    private long next;

    /// <summary>Position after the newest entry, with that entry's id (empty when there is none).</summary>
    public (long Position, string Id) Head
    {
        get
        {
            lock (gate)
            {
                return (next, next == 0 ? "" : entries[(next - 1) % capacity].Id);
            }
        }
    }

    /// <summary>Everything that is here, oldest first, and the position after it.</summary>
    public (IReadOnlyList<EventDocument> Entries, long Position) Everything()
    {
        lock (gate)
        {
            var count = (int)Math.Min(capacity, next);
            return ([.. Enumerable.Range(0, count).Select(i => entries[(next - count + i) % capacity])], next);
        }
    }

    /// <summary>
    /// Adds what is not there yet, in the order given, and wakes everyone who waits. What tells of something older than is already here is
    /// left out: a listener who took it for news would go back in time.
    /// </summary>
    /// <returns>Whether anything was new.</returns>
    public bool Append(IEnumerable<EventDocument> documents)
    {
        TaskCompletionSource? wake = null;
        lock (gate)
        {
            foreach (var document in documents)
            {
                if (!IsOutdated(document) && positions.TryAdd(document.Id, next))
                {
                    Place(document);
                    wake = pulse;
                }
            }

            if (wake is not null)
            {
                pulse = NewPulse();
            }
        }

        wake?.SetResult();
        return wake is not null;
    }

    /// <summary>Where to read on after the event; null when it is not here (any more).</summary>
    public long? PositionAfter(string id)
    {
        lock (gate)
        {
            return positions.TryGetValue(id, out var position) ? position + 1 : null;
        }
    }

    public RingRead Read(long position, int limit)
    {
        lock (gate)
        {
            if (position < next - capacity)
            {
                return new RingRead([], next, Lost: true);
            }

            var count = (int)Math.Min(limit, next - position);
            var found = new EventDocument[count];
            for (var i = 0; i < count; i++)
            {
                found[i] = entries[(position + i) % capacity];
            }

            return new RingRead(found, position + count, Lost: false);
        }
    }

    /// <summary>Completes once there is something at the position.</summary>
    public Task WaitAsync(long position, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return position < next ? Task.CompletedTask : pulse.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsOutdated(EventDocument document) =>
        document.Subject is { } subject && newest.TryGetValue(subject, out var known) && document.Order < known.Order;

    private void Place(EventDocument document)
    {
        var slot = next % capacity;
        if (entries[slot] is { } old)
        {
            Forget(old);
        }

        entries[slot] = document;
        if (document.Subject is { } subject)
        {
            newest[subject] = (document.Order, next);
        }

        next++;
    }

    private void Forget(EventDocument old)
    {
        positions.Remove(old.Id);
        if (old.Subject is { } subject && newest[subject].Position == next - capacity)
        {
            newest.Remove(subject);
        }
    }
}
