using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Desktops.Idle;

/// <summary>Stops desktops that nobody has used for as long as their template, or a policy of their owners' groups, allows.</summary>
internal sealed class IdleStop(
    DesktopDocuments documents,
    DesktopChanger changer,
    IdleNotices notices,
    ISessionPolicies policies,
    Leadership leadership,
    ManagerOptions options,
    TimeProvider time,
    ILogger<IdleStop> logger) : BackgroundService
{
    /// <summary>After an outage of ours the desktop proxies first tell what they saw meanwhile.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    private readonly ClockSteps steps = new(time);

    /// <summary>One look at every running desktop. Returns how many are being stopped.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var stopped = 0;
        var stepped = steps.Look();
        if (stepped)
        {
            logger.LogWarning("The clock was set, or this machine slept: idle times are counted anew.");
        }

        await foreach (var desktop in documents.RunningAsync(cancellationToken))
        {
            if (stepped)
            {
                // Stored, so that every page counts the same time down, and the next process too.
                await documents.ChangeActivityAsync(desktop.Id, activity => IdleRules.AfterStep(activity, time.GetUtcNow()), cancellationToken);
            }
            else
            {
                stopped += await StopIfIdleAsync(desktop, cancellationToken) ? 1 : 0;
            }
        }

        return stopped;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(FirstLook, time, stoppingToken);
            while (true)
            {
                await TryLookAsync(stoppingToken);
                await Task.Delay(options.Jobs.IdleCheck, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await leadership.HoldAsync("idle-stop", 3 * options.Jobs.IdleCheck, cancellationToken))
            {
                await LookAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One failed round must not end the looking.
            logger.LogWarning(e, "Looking for idle desktops failed; trying again.");
        }
    }

    private async Task<bool> StopIfIdleAsync(Desktop desktop, CancellationToken cancellationToken)
    {
        if (await policies.IdleStopMinutesAsync(desktop, cancellationToken) is not { } minutes || time.GetUtcNow() < desktop.UpdatedAt.AddMinutes(minutes) - IdleRules.Notice(minutes))
        {
            return false;
        }

        // The desktop as listed may be behind; what decides is read again, and the stop is void when somebody uses it meanwhile.
        if (await changer.StopIdleAsync(desktop.Id, (now, activity) => IdleRules.IsDue(now, activity, minutes, time.GetUtcNow()), cancellationToken))
        {
            return true;
        }

        await notices.TellAsync(desktop.Id, minutes, cancellationToken);
        return false;
    }
}
