using System.Threading.Channels;
using CloudWorkstation.Manager.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Desktops.Bulks;

/// <summary>
/// Works off bulks, desktop by desktop. Woken by an acceptance in this process; now and then it looks for what another process left behind.
/// Two that work on the same bulk for a moment do no harm: each desktop's result is stored once.
/// </summary>
internal sealed class BulkRunner(BulkDocuments documents, BulkActors actors, BulkStep step, Leadership leadership, TimeProvider time, ILogger<BulkRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly Channel<bool> calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => calls.Writer.TryWrite(true);

    /// <summary>Brings a bulk to its end, from wherever it is.</summary>
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        while (await documents.FindAsync(id, cancellationToken) is { Value: { State: BulkState.Running } bulk } stored)
        {
            if (!await leadership.HoldAsync($"bulk/{id}", Lease, cancellationToken))
            {
                return;
            }

            var part = await documents.PartAsync(bulk, bulk.PartsDone, cancellationToken);
            for (var index = 0; index < part.Value.Items.Count; index++)
            {
                await step.RunAsync(bulk, bulk.PartsDone, index, await actors.FindAsync(bulk, cancellationToken), cancellationToken);
            }

            await documents.CommitAsync(cancellationToken, documents.Replace(Advanced(bulk), stored.Version));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryRunAllAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; another one, or the next, goes on.
        }
    }

    private Bulk Advanced(Bulk bulk)
    {
        var next = bulk with { PartsDone = bulk.PartsDone + 1 };
        return next.PartsDone < next.Parts ? next : next with { State = BulkState.Done, FinishedAt = time.GetUtcNow() };
    }

    private async Task TryRunAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var bulk in await documents.OpenAsync(cancellationToken))
            {
                await RunAsync(bulk.Id, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // What is left is open, and is found by the next look.
            logger.LogWarning(e, "Working off changes of many desktops failed; trying again.");
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var pause = new CancellationTokenSource(Lease, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cancellationToken);
        try
        {
            await calls.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody called: look all the same.
        }
    }
}
