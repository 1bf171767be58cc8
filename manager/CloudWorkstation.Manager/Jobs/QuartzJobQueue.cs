using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Logging;
using Quartz;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>Hands over through Quartz. The trigger's name is made of operation and attempt, so handing over twice is one firing.</summary>
internal sealed class QuartzJobQueue(ISchedulerFactory schedulers, HandedOver handed, TimeProvider time, ILogger<QuartzJobQueue> logger) : IJobQueue
{
    public async Task EnqueueAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (!handed.IsDue(operation))
        {
            return;
        }

        try
        {
            var scheduler = await schedulers.GetScheduler(cancellationToken);
            var options = new OneOffJobOptions
            {
                Name = $"{operation.Id}.{operation.Attempt}",
                Group = OperationJob.Group,
                ExecutionGroup = OperationJob.Group,
                OnConflict = TriggerConflict.Keep,
                Description = $"{operation.Kind} of desktop {operation.Desktop}",
            };
            await scheduler.ScheduleJob<OperationJob, string>(operation.Id, operation.NextAttemptAt ?? time.GetUtcNow(), options, cancellationToken);
            handed.Note(operation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The operation is stored; the sweeper hands it over once the scheduler is there again.
            logger.LogWarning(e, "Operation {Operation} could not be handed over; the sweeper will.", operation.Id);
        }
    }
}

/// <summary>For a process that runs no jobs: the workers' sweepers find what is queued.</summary>
internal sealed class SweptJobQueue : IJobQueue
{
    public Task EnqueueAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}
