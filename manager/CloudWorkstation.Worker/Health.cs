using CloudWorkstation.Manager.Metrics;
using CloudWorkstation.Manager.Storage;
using Quartz;

namespace CloudWorkstation.Worker;

/// <summary>What an orchestrator asks: does the process live, and can it take operations up.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("ok"));
        routes.MapGet("/health/ready", Ready);
        routes.MapGet("/metrics", (PrometheusText metrics) => Results.Text(metrics.Write(), "text/plain; version=0.0.4"));
    }

    // Both stores are asked something; a flag would only say how things were.
    private static async Task<IResult> Ready(IDocumentStore store, ISchedulerFactory schedulers, CancellationToken cancellationToken)
    {
        try
        {
            await store.GetAsync(new DocumentKey("desktops", "health"), cancellationToken);
            var scheduler = await schedulers.GetScheduler(cancellationToken);
            await scheduler.GetTrigger(new TriggerKey("health"), cancellationToken);
            return Results.Text("ok");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever is wrong, the answer is the same: not ready.
            return Results.Text(e.GetType().Name, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
