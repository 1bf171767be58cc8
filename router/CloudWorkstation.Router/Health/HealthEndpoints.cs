namespace CloudWorkstation.Router.Health;

/// <summary>Alive: the process answers. Ready: the first snapshot is in the files, and in HAProxy if that runs; HAProxy may be started then.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => "ok");
        routes.MapGet("/health/ready", Ready);
    }

    private static IResult Ready(AgentStatus status, TimeProvider time)
    {
        var facts = status.Current;
        var ready = facts.Synced && facts.Fault is null && (facts.HaproxyPid is not null || time.GetUtcNow() >= facts.KeysSettledAt);
        return Results.Json(
            new
            {
                status = ready ? "ready" : "not ready",
                feed = new { connected = facts.FeedConnected, ageSeconds = (time.GetUtcNow() - facts.HeardAt)?.TotalSeconds },
                haproxy = new { running = facts.HaproxyPid is not null, pid = facts.HaproxyPid },
                fault = facts.Fault,
                facts.Synced,
                facts.Desktops,
                facts.Routes,
                facts.Revoked,
                facts.Keys,
            },
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
