using CloudWorkstation.Manager.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>Sends the trail on every two seconds, in one process of all; where nothing is set up, it only looks now and then whether that changed.</summary>
internal sealed class AuditRounds(AuditShipping shipping, Leadership leadership, TimeProvider time, ILogger<AuditRounds> logger) : BackgroundService
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Term = TimeSpan.FromSeconds(30);
    private DateTimeOffset leadsUntil;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(await RoundAsync(stoppingToken) ? Busy : Idle, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await shipping.IsOnAsync(cancellationToken))
            {
                return false;
            }

            if (await LeadsAsync(cancellationToken))
            {
                await shipping.ShipAsync(cancellationToken);
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What was not sent is found by the next round.
            logger.LogWarning(e, "Sending the audit trail failed; trying again.");
            return true;
        }
    }

    private async Task<bool> LeadsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (leadsUntil - now > Term / 2)
        {
            return true;
        }

        var leads = await leadership.HoldAsync("audit", Term, cancellationToken);
        leadsUntil = leads ? now + Term : default;
        return leads;
    }
}
