using CloudWorkstation.Api.Auth;
using CloudWorkstation.Manager.Health;
using CloudWorkstation.Manager.Metrics;

namespace CloudWorkstation.Api.Health;

/// <summary>Whether the process lives, and whether it can do its work. The router does not let these through.</summary>
public static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").AllowAnonymous().ExcludeFromDescription();
        health.MapGet("/live", () => Results.Ok(new { status = "live" }));
        health.MapGet("/ready", Ready);
        routes.MapGet("/metrics", (PrometheusText metrics) => Results.Text(metrics.Write(), "text/plain; version=0.0.4; charset=utf-8"))
            .RequireAuthorization(AuthServices.OperationsPolicy).ExcludeFromDescription();
    }

    private static async Task<IResult> Ready(ReadinessReporter reporter, CancellationToken cancellationToken)
    {
        var report = await reporter.AskAsync(cancellationToken);
        return Results.Json(report, statusCode: report.Status == ReadinessReporter.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <param name="Status"><c>ready</c> or <c>not-ready</c>.</param>
/// <param name="Checks">Every part that was asked.</param>
/// <param name="Problems">What is wrong, with codes and fixes.</param>
public sealed record ReadinessReport(string Status, IReadOnlyList<string> Checks, IReadOnlyList<HealthProblem> Problems);

/// <summary>Asks every part at once, none longer than a few seconds.</summary>
public sealed partial class ReadinessReporter(IEnumerable<IReadinessCheck> checks, ILogger<ReadinessReporter> logger)
{
    public const string Ready = "ready";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<ReadinessReport> AskAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(checks.Select(c => AskAsync(c, cancellationToken)));
        HealthProblem[] problems = [.. answers.OfType<HealthProblem>()];
        return new ReadinessReport(problems.Length == 0 ? Ready : "not-ready", [.. checks.Select(c => c.Name)], problems);
    }

    private async Task<HealthProblem?> AskAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.CheckAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a part throws, the report has to be given: that is its purpose.
            Log.CheckFailed(logger, e, check.Name);
            return new HealthProblem(check.Name + "_failed", $"Asking {check.Name} failed: {e.GetType().Name}.", "Read this process's log for the cause.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Warning, "Readiness check {Check} failed")]
        public static partial void CheckFailed(ILogger logger, Exception exception, string check);
    }
}
