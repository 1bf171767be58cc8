using System.Collections.Concurrent;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>Who does a recurring piece of work for all processes, until when.</summary>
internal sealed record Leader(string Work, string Holder, DateTimeOffset Until);

/// <summary>
/// For recurring work that one process of all should do. Two may believe to lead for a moment (a clock is wrong, a process stood still):
/// the work must bear that, as everything does whose writes are conditional. What it spares is doing everything as often as there are workers.
/// </summary>
internal sealed class Leadership(IDocumentStore store, WorkerIdentity worker, TimeProvider time)
{
    private readonly Collection<Leader> leaders = new(store, Definition, l => l.Work);
    private readonly ConcurrentDictionary<string, DateTimeOffset> held = new(StringComparer.Ordinal);

    public static CollectionDefinition Definition { get; } = new("leaders");

    /// <summary>
    /// Whether this process does the work until the time given; it asks again before that. The store is asked only when less than half of the
    /// time is left, so that work that looks around every second does not write every second.
    /// </summary>
    public async Task<bool> HoldAsync(string work, TimeSpan duration, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (held.TryGetValue(work, out var until) && now + (duration / 2) < until)
        {
            return true;
        }

        held.TryRemove(work, out _);
        var wanted = new Leader(work, worker.Id, now + duration);
        var stored = await leaders.GetAsync(work, cancellationToken);
        if (stored is not null && stored.Value.Holder != worker.Id && stored.Value.Until > now && !worker.IsDead(stored.Value.Holder))
        {
            return false;
        }

        if (!(await store.CommitAsync([stored is null ? leaders.Add(wanted) : leaders.Replace(wanted, stored.Version)], cancellationToken)).Committed)
        {
            return false;
        }

        held[work] = wanted.Until;
        return true;
    }
}
