using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Hosting;
using Quartz;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>One firing runs one operation. What goes wrong inside is the runner's to store; nothing is left for Quartz to retry.</summary>
internal sealed class OperationJob(OperationRunner runner, HandedOver handed, IHostApplicationLifetime lifetime) : IJob<string>
{
    /// <summary>The execution group whose limit is the number of slots.</summary>
    public const string Group = "operations";

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
        }
    }
}
