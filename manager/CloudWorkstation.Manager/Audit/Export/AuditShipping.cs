using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>
/// Sends what is new to every place that is set up. Several processes write entries, so one may be stored a moment after a younger one was
/// read: the last <see cref="Overlap"/> is read again and again, and what of it was sent is remembered. Where that memory is lost (a restart, another
/// process), entries are sent a second time and none is left out; their <c>id</c> tells them apart.
/// </summary>
internal sealed class AuditShipping(
    IDocumentStore store, AuditSearch search, ISettings<AuditSettings> settings, IEnumerable<IAuditSink> sinks, TimeProvider time, ILogger<AuditShipping> logger) : IAuditExports
{
    private const int Batch = 200;
    internal static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Collection<Position> positions = new(store, Definition, p => p.Sink);
    private readonly Dictionary<string, Memory> memories = sinks.ToDictionary(s => s.Name, _ => new Memory(), StringComparer.Ordinal);

    public static CollectionDefinition Definition { get; } = new("audit-exports");

    public async Task<Outcome<IReadOnlyList<AuditExportState>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AuditRead))
        {
            return AccountProblems.Forbidden;
        }

        var current = await settings.CurrentAsync(cancellationToken);
        List<AuditExportState> states = [];
        foreach (var sink in sinks)
        {
            var position = (await positions.GetAsync(sink.Name, cancellationToken))?.Value;
            states.Add(new AuditExportState
            {
                Name = sink.Name,
                On = sink.IsOn(current),
                Until = position?.Until,
                Sent = position?.Sent ?? 0,
                FailingSince = position?.FailingSince,
                Error = position?.Error,
            });
        }

        return states;
    }

    /// <summary>Whether anything is set up.</summary>
    public async Task<bool> IsOnAsync(CancellationToken cancellationToken)
    {
        var current = await settings.CurrentAsync(cancellationToken);
        return sinks.Any(s => s.IsOn(current));
    }

    /// <summary>One round.</summary>
    public async Task ShipAsync(CancellationToken cancellationToken)
    {
        var current = await settings.CurrentAsync(cancellationToken);
        foreach (var sink in sinks.Where(s => s.IsOn(current)))
        {
            await ShipAsync(sink, current, memories[sink.Name], cancellationToken);
        }
    }

    private async Task ShipAsync(IAuditSink sink, AuditSettings current, Memory memory, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < memory.NotBefore)
        {
            return;
        }

        var stored = await positions.GetAsync(sink.Name, cancellationToken);
        if (stored?.Version != memory.Version)
        {
            // Another process has sent since, or this one has just begun.
            memory.Sent.Clear();
        }

        var position = stored?.Value ?? new Position { Sink = sink.Name, Until = now };
        memory.Version = stored?.Version ?? await StoreAsync(position, null, cancellationToken);
        try
        {
            await SendNewAsync(sink, current, memory, position, cancellationToken);
            memory.Wait = TimeSpan.Zero;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            await FailAsync(sink, memory, e, cancellationToken);
        }
    }

    private async Task SendNewAsync(IAuditSink sink, AuditSettings current, Memory memory, Position position, CancellationToken cancellationToken)
    {
        List<AuditEntry> batch = [];
        await foreach (var entry in search.AllAsync(new AuditFilter { From = position.Until, To = time.GetUtcNow().AddMinutes(1) }, cancellationToken))
        {
            if (memory.Sent.Contains(entry.Id))
            {
                continue;
            }

            batch.Add(entry);
            if (batch.Count == Batch)
            {
                position = await SendAsync(sink, current, memory, position, batch, cancellationToken);
                batch = [];
            }
        }

        if (batch.Count > 0)
        {
            await SendAsync(sink, current, memory, position, batch, cancellationToken);
        }
    }

    private async Task<Position> SendAsync(IAuditSink sink, AuditSettings current, Memory memory, Position position, List<AuditEntry> batch, CancellationToken cancellationToken)
    {
        await sink.SendAsync(current, batch, cancellationToken);
        memory.Sent.UnionWith(batch.Select(e => e.Id));
        var settled = time.GetUtcNow() - Overlap;
        var reached = batch[^1].At < settled ? batch[^1].At : settled;
        var next = position with { Until = reached > position.Until ? reached : position.Until, Sent = position.Sent + batch.Count, FailingSince = null, Error = null };
        if (position.FailingSince is not null)
        {
            logger.LogInformation("The audit trail reaches {Sink} again.", sink.Name);
        }

        memory.Version = await StoreAsync(next, memory.Version, cancellationToken);
        var floor = SortableIds.LowerBound(next.Until);
        memory.Sent.RemoveWhere(id => string.CompareOrdinal(id, floor) < 0);
        return next;
    }

    private async Task FailAsync(IAuditSink sink, Memory memory, Exception cause, CancellationToken cancellationToken)
    {
        var doubled = memory.Wait * 2;
        memory.Wait = memory.Wait == TimeSpan.Zero ? FirstWait : doubled < LongestWait ? doubled : LongestWait;
        memory.NotBefore = time.GetUtcNow() + memory.Wait;
        if (await positions.GetAsync(sink.Name, cancellationToken) is not { } stored)
        {
            return;
        }

        if (stored.Value.FailingSince is null)
        {
            logger.LogWarning(cause, "The audit trail does not reach {Sink}; it is sent when it can be.", sink.Name);
        }

        var failed = stored.Value with { FailingSince = stored.Value.FailingSince ?? time.GetUtcNow(), Error = cause.Message.Length <= 300 ? cause.Message : cause.Message[..300] };
        if (failed != stored.Value)
        {
            memory.Version = await StoreAsync(failed, stored.Version, cancellationToken);
        }
    }

    /// <summary>The new version; that of nobody when another process was quicker, so that the next round reads anew.</summary>
    private async Task<long> StoreAsync(Position position, long? version, CancellationToken cancellationToken)
    {
        var write = version is { } known ? positions.Replace(position, known) : positions.Add(position);
        return (await store.CommitAsync([write], cancellationToken)).Committed ? (version ?? 0) + 1 : -1;
    }

    /// <summary>What of the overlap was sent, and how patient to be.</summary>
    private sealed class Memory
    {
        public HashSet<string> Sent { get; } = new(StringComparer.Ordinal);

        public long? Version { get; set; }

        public TimeSpan Wait { get; set; }

        public DateTimeOffset NotBefore { get; set; }
    }

    private sealed record Position
    {
        public required string Sink { get; init; }

        public required DateTimeOffset Until { get; init; }

        public long Sent { get; init; }

        public DateTimeOffset? FailingSince { get; init; }

        public string? Error { get; init; }
    }
}
