using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Aws.Orphans;

/// <summary>An accepted removal, for a process that may remove: the api of an installation on AWS may only look.</summary>
internal sealed record OrphanOrder(string Id, string ActorId, string ActorName, string? Address, IReadOnlyList<string> Ids, bool Taken, IReadOnlyList<OrphanRemoval>? Results)
{
    public Actor Actor => new(ActorId, ActorName, [], [], null, Address);
}

internal sealed class OrphanOrders(IDocumentStore store, SortableIds ids, TimeProvider time)
{
    private const string ByState = "state";
    private const string Open = "open";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly Collection<OrphanOrder> orders = new(store, Definition, o => o.Id, o => o.Taken ? [] : [new IndexEntry(ByState, Open, o.Id)]);

    public static CollectionDefinition Definition { get; } = new("orphan-orders", ByState);

    /// <summary>Returns what became of each; of those that take longer, that they do.</summary>
    public async Task<IReadOnlyList<OrphanRemoval>> PlaceAsync(Actor actor, IReadOnlyList<string> orphans, CancellationToken cancellationToken)
    {
        var order = new OrphanOrder(ids.Next(), actor.AccountId, actor.UserName, actor.Address, orphans, false, null);
        await store.CommitAsync([orders.Add(order, time.GetUtcNow() + Kept)], cancellationToken);
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(Pause, time, cancellationToken);
            if (await orders.GetAsync(order.Id, cancellationToken) is { Value.Results: { } results })
            {
                return results;
            }
        }

        return [.. orphans.Select(o => new OrphanRemoval(o, false, "A worker is on it; look again in a minute."))];
    }

    /// <summary>Carries out what was ordered; of several workers one gets each order.</summary>
    public async Task<int> FillAsync(Func<OrphanOrder, Task<IReadOnlyList<OrphanRemoval>>> remove, CancellationToken cancellationToken)
    {
        var filled = 0;
        foreach (var found in (await orders.QueryAsync(orders.Query(ByState, Open), cancellationToken)).Items)
        {
            var taken = found.Value with { Taken = true };
            var until = time.GetUtcNow() + Kept;
            if ((await store.CommitAsync([orders.Replace(taken, found.Version, until)], cancellationToken)).Committed)
            {
                var results = await remove(taken);
                await store.CommitAsync([orders.Replace(taken with { Results = results }, found.Version + 1, until)], cancellationToken);
                filled++;
            }
        }

        return filled;
    }
}

/// <summary>Looks for orders where jobs are run.</summary>
internal sealed class OrphanOrderService(OrphanOrders orders, OrphanSweep sweep, AwsPlace place, TimeProvider time, ILogger<OrphanOrderService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (place.Region is not null)
            {
                await Task.Delay(Interval, time, stoppingToken);
                await TryFillAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryFillAsync(CancellationToken cancellationToken)
    {
        try
        {
            await orders.FillAsync(order => FillAsync(order, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One order that goes wrong must not end the service.
            logger.LogWarning(e, "Removing orphans failed.");
        }
    }

    private async Task<IReadOnlyList<OrphanRemoval>> FillAsync(OrphanOrder order, CancellationToken cancellationToken)
    {
        try
        {
            return await sweep.RemoveNowAsync(order.Actor, order.Ids, cancellationToken);
        }
        catch (AwsException e)
        {
            return [.. order.Ids.Select(id => new OrphanRemoval(id, false, $"{e.Operation}: {e.Code}"))];
        }
    }
}
