using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Templates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Aws.Watch;

/// <summary>Looks again and again, in one of the processes that host jobs; ever more rarely while AWS refuses.</summary>
internal sealed class MachineWatchService(
    MachineWatch watch,
    Leadership leadership,
    PlatformFacts platform,
    ManagerOptions options,
    TimeProvider time,
    ILogger<MachineWatchService> logger) : BackgroundService
{
    private const string Work = "machine-watch";
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WithoutMachines = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private int refusals;

    private TimeSpan Interval => options.Aws.Watch ?? Usual;

    /// <summary>An installation without a cloud asks only its own store, and that rarely.</summary>
    private bool IsConfigured => options.Aws.Watch is not null || platform.Exist || watch.HasMachines;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await TryLookAsync(stoppingToken);
                await Task.Delay(Pause(), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private TimeSpan Pause()
    {
        var usual = IsConfigured ? Interval : WithoutMachines;
        return refusals == 0 ? usual : TimeSpan.FromTicks(Math.Max(usual.Ticks, Math.Min(Longest.Ticks, usual.Ticks << Math.Min(refusals, 8))));
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await leadership.HoldAsync(Work, Pause() * 3, cancellationToken))
            {
                await watch.LookAsync(cancellationToken);
            }
            else
            {
                watch.Forget();
            }

            refusals = 0;
        }
        catch (AwsException e)
        {
            refusals++;
            logger.LogWarning("The machines could not be looked at; trying again in {Pause}. {Reason}", Pause(), e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One failed round must not end the watch.
            logger.LogWarning(e, "Looking at the machines failed; trying again.");
        }
    }
}
