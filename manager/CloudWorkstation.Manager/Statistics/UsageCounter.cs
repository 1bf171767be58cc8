using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Statistics;

/// <summary>
/// Counts what happened, a little at a time, and now and then what runs on. Each commit removes the facts it counts, on conditions: a process
/// that dies leaves them to be counted by another, and of two that count at once one finds them gone.
/// </summary>
internal sealed class UsageCounter(
    UsageFacts facts,
    UsageDocuments documents,
    DesktopDocuments desktops,
    AccountUserStore accounts,
    Leadership leadership,
    TimeProvider time,
    ILogger<UsageCounter> logger) : BackgroundService
{
    private const int FactsAtOnce = 10;
    private const int DesktopsAtOnce = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // A fact may show in its index a moment late; what happened to one desktop is counted in order.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Uncounted = TimeSpan.FromMinutes(10);

    // What one commit may spread over: after a long standstill it takes several.
    private static readonly TimeSpan LongestStretch = TimeSpan.FromHours(12);

    /// <summary>Counts until nothing is left to count. False when another process does.</summary>
    public async Task<bool> CountAsync(CancellationToken cancellationToken)
    {
        for (var held = false; ;)
        {
            var (waiting, due) = await WorkAsync(cancellationToken);
            if (waiting.Count == 0 && due.Count == 0)
            {
                return true;
            }

            if (!held && !(held = await leadership.HoldAsync("statistics", 2 * Interval, cancellationToken)))
            {
                return false;
            }

            if (!await TryCountAsync(waiting, due, cancellationToken))
            {
                return false;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, stoppingToken);
                await TryAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CountAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // What is not counted waits.
            logger.LogWarning(e, "Counting for the statistics failed; trying again.");
        }
    }

    private async Task<(IReadOnlyList<Versioned<UsageFact>> Waiting, IReadOnlyList<RunningDesktop> Due)> WorkAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var query = facts.Facts.Query(UsageFacts.Waiting, UsageFacts.Waiting) with { To = SortableIds.LowerBound(now - Settling), Limit = FactsAtOnce };
        var waiting = (await facts.Facts.QueryAsync(query, cancellationToken)).Items;

        // Facts first: one of them may be the end of what runs.
        return (waiting, waiting.Count > 0 ? [] : await documents.CountedBeforeAsync(now - Uncounted, DesktopsAtOnce, cancellationToken));
    }

    /// <summary>False when somebody else counted the same: what is left is looked at again later.</summary>
    private async Task<bool> TryCountAsync(IReadOnlyList<Versioned<UsageFact>> waiting, IReadOnlyList<RunningDesktop> due, CancellationToken cancellationToken)
    {
        var books = new UsageBooks(documents, accounts, time.GetUtcNow());
        var removals = new List<DocumentWrite>();
        foreach (var fact in waiting)
        {
            if (await AddAsync(books, fact.Value, cancellationToken))
            {
                removals.Add(facts.Facts.Remove(fact.Value.Id, fact.Version));
            }
            else
            {
                break;
            }
        }

        foreach (var desktop in due)
        {
            await AdvanceAsync(books, desktop.Desktop, cancellationToken);
        }

        var writes = await books.WritesAsync(cancellationToken);
        return (await documents.Store.CommitAsync([.. removals, .. writes], cancellationToken)).Committed;
    }

    /// <summary>False when the desktop has so much time to be counted first that this fact has to wait for the next commit.</summary>
    private static async Task<bool> AddAsync(UsageBooks books, UsageFact fact, CancellationToken cancellationToken)
    {
        if (fact is { Desktop: { } desktop, Runs: { } runs })
        {
            if (await books.RunningAsync(desktop, cancellationToken) is { } known)
            {
                var stretch = fact.At - known.CountedUntil;
                if (stretch > LongestStretch)
                {
                    await books.AdvanceAsync(known, known.CountedUntil + LongestStretch, ends: false, cancellationToken);
                    return false;
                }

                if (!runs || known.Owner != fact.Owner)
                {
                    await books.AdvanceAsync(known, fact.At, ends: true, cancellationToken);
                }
            }

            if (runs)
            {
                await books.BeginAsync(new RunningDesktop(desktop, fact.Owner, fact.OwnerName ?? fact.Owner, fact.Template ?? "", fact.At), cancellationToken);
            }
        }

        if (fact.Operation is not null)
        {
            await books.AddOperationAsync(fact, cancellationToken);
        }

        if (fact.Template is { Length: > 0 } template && (fact.Start ?? fact.Look) is not null)
        {
            await books.AddTimesAsync(template, fact.Start, fact.Look, cancellationToken);
        }

        if (fact.Connected)
        {
            await books.AddActiveAsync(fact, cancellationToken);
        }

        return true;
    }

    // One that is gone, or stands still without an operation, was not told of: its time ends here.
    private async Task AdvanceAsync(UsageBooks books, string id, CancellationToken cancellationToken)
    {
        if (await books.RunningAsync(id, cancellationToken) is not { } known)
        {
            return;
        }

        var now = time.GetUtcNow();
        var until = now - known.CountedUntil > LongestStretch ? known.CountedUntil + LongestStretch : now;
        var runs = await desktops.Desktops.GetAsync(id, cancellationToken) is { Value: { Status: DesktopStatus.Running } or { ActiveOperation: not null } };
        await books.AdvanceAsync(known, until, ends: !runs, cancellationToken);
    }
}
