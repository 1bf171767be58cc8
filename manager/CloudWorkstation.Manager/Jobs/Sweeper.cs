using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>
/// Makes sure that what is stored gets done: hands over again what is queued, and what runs under a lease that has passed. At the start
/// this is what finishes the work of a process that was killed.
/// </summary>
internal sealed class Sweeper(
    OperationDocuments documents,
    AttemptClaims claims,
    IJobQueue queue,
    ManagerOptions options,
    TimeProvider time,
    ILogger<Sweeper> logger,
    WakeUps? wakeUps = null) : BackgroundService
{
    // In a cluster whose calls cannot be heard, people wait for the sweep.
    private TimeSpan Interval => wakeUps is { IsListening: false } && options.Jobs.Sweep > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : options.Jobs.Sweep;

    /// <summary>One look at everything that is queued or running. Returns how much was handed over.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var handed = 0;
        foreach (var state in new[] { OperationState.Running, OperationState.Queued })
        {
            await foreach (var operation in documents.InStateAsync(state, cancellationToken))
            {
                if (claims.MayClaim(operation.Value))
                {
                    await queue.EnqueueAsync(operation.Value, cancellationToken);
                    handed++;
                }
            }
        }

        return handed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TrySweepAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One failed round must not end the sweeping.
            logger.LogWarning(e, "Looking for queued operations failed; trying again.");
        }
    }
}
