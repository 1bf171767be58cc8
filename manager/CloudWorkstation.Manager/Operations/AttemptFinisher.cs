using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Metrics;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Statistics;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// Stores how an attempt ended, in one commit with what follows from it for the desktop, the quota, the events and the audit trail.
/// </summary>
internal sealed class AttemptFinisher(
    DesktopDocuments desktops,
    Quotas quotas,
    UsageFacts usage,
    IJobQueue queue,
    INotices notices,
    ManagerOptions options,
    TimeProvider time,
    ILogger<AttemptFinisher> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public async Task FinishAsync(Attempt attempt, AttemptEnd end)
    {
        using var patience = new CancellationTokenSource(end is AttemptEnd.HandedBack ? TimeSpan.FromSeconds(3) : Patience, time);
        await attempt.FinishAsync((operation, set, token) => ChangeAsync(operation, end, set, token), patience.Token);
        var stored = attempt.Operation;
        ProductMetrics.Ended(stored, time.GetUtcNow());
        logger.LogInformation("Operation {Operation}, attempt {Attempt}: {State} {Failure}", stored.Id, stored.Attempt, stored.State, stored.Failure?.Message);
        if (stored.NextAttemptAt is not null)
        {
            await queue.EnqueueAsync(stored, CancellationToken.None);
        }
    }

    private Task<Operation> ChangeAsync(Operation operation, AttemptEnd end, ChangeSet set, CancellationToken cancellationToken) => end switch
    {
        AttemptEnd.Built built => BuiltAsync(operation, built.Outputs, set, cancellationToken),
        AttemptEnd.Removed => RemovedAsync(operation, set, cancellationToken),
        AttemptEnd.Failed failed => FailedAsync(operation, failed, set, cancellationToken),
        _ => Task.FromResult(AttemptRules.HandBack(operation)),
    };

    private async Task<Operation> BuiltAsync(Operation operation, TemplateOutputs outputs, ChangeSet set, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var change = (Desktop desktop) => desktop with
        {
            Status = DesktopRules.WhenSucceeded(operation.Kind, desktop.Power)!.Value,
            ActiveOperation = null,
            Failure = null,
            Connection = outputs.Connection ?? (desktop.Power == Power.On ? desktop.Connection : null),
            Proxy = outputs.Proxy,
            Details = outputs.Details,
            Placement = outputs.Placement,
            Machine = MachineOf(desktop, outputs),
            Observed = MachineOf(desktop, outputs) is null ? null : new ObservedMachine(desktop.Power == Power.On ? ObservedState.Running : ObservedState.Stopped, now, null),
            UpdatedAt = now,
        };
        var built = await ChangeDesktopAsync(operation, set, change, cancellationToken);
        if (built is { Status: DesktopStatus.Running } ready && operation.Kind is OperationKind.Create or OperationKind.Start)
        {
            set.Write(notices.DesktopReady(ready));
        }

        return Ended(AttemptRules.Succeed(operation, now), set, built, Runs(built));
    }

    // A template that is asked for nothing but rest may leave its outputs out; the machine is still there.
    private static Machine? MachineOf(Desktop desktop, TemplateOutputs outputs) => outputs.Machine ?? (desktop.Power == Power.Off ? desktop.Machine : null);

    private async Task<Operation> RemovedAsync(Operation operation, ChangeSet set, CancellationToken cancellationToken)
    {
        var desktop = await desktops.Desktops.GetAsync(operation.Desktop, cancellationToken);
        if (desktop?.Value.ActiveOperation == operation.Id)
        {
            set.Remove(desktop.Value, desktop.Version);
            if (await desktops.Activity.GetAsync(operation.Desktop, cancellationToken) is { } activity)
            {
                set.Write(desktops.Activity.Remove(operation.Desktop, activity.Version));
            }

            if (await quotas.GiveBackAsync(desktop.Value.Owner, desktop.Value.Template, cancellationToken) is { } counter)
            {
                set.Write(counter);
            }
        }

        return Ended(AttemptRules.Succeed(operation, time.GetUtcNow()), set, desktop: null, runs: false);
    }

    private async Task<Operation> FailedAsync(Operation operation, AttemptEnd.Failed end, ChangeSet set, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var failure = end.Cause.At(operation.Id, now);
        if (FailureCatalogue.PassesByItself(end.Cause.Kind) && operation.Failures + 1 < options.Jobs.MaximumAttempts && !operation.CancelRequested)
        {
            var delay = AttemptRules.Delay(options.Jobs.RetryDelay, operation.Failures, Random.Shared.NextDouble());
            return AttemptRules.TryLater(operation, failure, now + delay);
        }

        var change = (Desktop desktop) => desktop with
        {
            Status = DesktopStatus.Failed,
            ActiveOperation = null,
            Failure = failure,
            Machine = end.Machine ?? desktop.Machine,
            UpdatedAt = now,
        };
        var failed = await ChangeDesktopAsync(operation, set, change, cancellationToken);
        if (failed is not null && failure.Kind != FailureKind.Cancelled)
        {
            set.Write(notices.DesktopFailed(failed, failure));
        }

        return Ended(AttemptRules.Fail(operation, failure, now), set, failed, Runs(failed));
    }

    /// <summary>The desktop as it is now; null where the operation has no say in it any more.</summary>
    private async Task<Desktop?> ChangeDesktopAsync(Operation operation, ChangeSet set, Func<Desktop, Desktop> change, CancellationToken cancellationToken)
    {
        var desktop = await desktops.Desktops.GetAsync(operation.Desktop, cancellationToken);
        if (desktop?.Value.ActiveOperation != operation.Id)
        {
            return null;
        }

        var changed = change(desktop.Value);
        set.Replace(changed, desktop.Version);
        return changed;
    }

    private static bool? Runs(Desktop? desktop) => desktop is null ? null : desktop.Status == DesktopStatus.Running;

    private Operation Ended(Operation operation, ChangeSet set, Desktop? desktop, bool? runs)
    {
        set.Write(usage.Ended(operation, desktop, runs));
        var result = operation.State == OperationState.Succeeded ? AuditResults.Succeeded : AuditResults.Failed;
        set.Audit(Actor.System, AuditActions.EndOf(operation.Kind), $"desktop/{operation.Desktop}", result, operation.Failure?.Message);
        return operation;
    }
}
