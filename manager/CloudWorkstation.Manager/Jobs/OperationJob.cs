using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Hosting;
using Quartz;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>One firing runs one operation. What goes wrong inside is the runner's to store; nothing is left for Quartz to retry.</summary>
internal sealed class OperationJob(OperationRunner runner, HandedOver handed, IHostApplicationLifetime lifetime) : IJob<string>
{
    /// <summary>The execution group whose limit is the number of slots.</summary>
    public const string Group = "operations";

    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(300);

    public async ValueTask Execute(IJobExecutionContext context, string input, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await runner.RunAsync(input, stop.Token);
        }
        finally
        {
            handed.Forget(input);
            _ = LookAgainAsync(context.Scheduler);
        }
    }

    // A scheduler whose slots were taken sleeps until its next look, and a slot that becomes free does not wake it: people would wait for
    // nothing. Anything it is asked about triggers wakes it; a trigger that does not exist is the cheapest. The slot is free a moment after us.
    private static async Task LookAgainAsync(IScheduler scheduler)
    {
        try
        {
            foreach (var pause in new[] { FirstLook, SecondLook })
            {
                await Task.Delay(pause);
                await scheduler.ResumeTrigger(new TriggerKey("nothing", Group));
            }
        }
        catch (Exception e) when (e is SchedulerException or ObjectDisposedException or InvalidOperationException)
        {
            // It is shutting down, or its database is away: it looks by itself when it can.
        }
    }
}
