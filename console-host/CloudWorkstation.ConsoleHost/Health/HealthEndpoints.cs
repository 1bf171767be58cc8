using CloudWorkstation.ConsoleHost.Pages;

namespace CloudWorkstation.ConsoleHost.Health;

public static class HealthEndpoints
{
    /// <summary>Alive: the process answers. Ready: there is a console to serve.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Text("ok"));
        routes.MapGet("/health/ready", IResult (ConsoleFiles files) =>
            files.Current is null ? TypedResults.Text("The console is not built.", statusCode: StatusCodes.Status503ServiceUnavailable) : TypedResults.Text("ok"));
        return routes;
    }
}
