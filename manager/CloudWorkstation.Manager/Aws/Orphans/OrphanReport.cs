using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Aws.Orphans;

/// <summary>Looks for orphans once a day and says so in the log; removing them is for a person.</summary>
internal sealed class OrphanReport(OrphanSweep sweep, AwsPlace place, Leadership leadership, TimeProvider time, ILogger<OrphanReport> logger) : BackgroundService
{
    private const string Work = "orphan-report";
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    /// <summary>Returns how many there are.</summary>
    public async Task<int> ReportAsync(CancellationToken cancellationToken)
    {
        var orphans = await sweep.FindAsync(cancellationToken);
        if (orphans.Count > 0)
        {
            var kinds = string.Join(", ", orphans.GroupBy(o => o.Kind).Select(g => $"{g.Count()} {g.Key}"));
            logger.LogWarning("{Count} things in the cloud account belong to no desktop: {Kinds}. See Orphans in the console, or GET /api/v1/orphans.", orphans.Count, kinds);
        }

        return orphans.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(AfterStart, time, stoppingToken);
            while (place.Region is not null)
            {
                await TryReportAsync(stoppingToken);
                await Task.Delay(Daily, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await leadership.HoldAsync(Work, Daily / 2, cancellationToken))
            {
                await ReportAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Tomorrow again; a person can look at any time.
            var why = e is AwsException refused ? $"{refused.Operation}: {refused.Code}" : e.Message;
            logger.LogWarning("Orphans could not be looked for: {Reason}", why);
        }
    }
}
