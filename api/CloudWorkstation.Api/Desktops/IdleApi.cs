using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Desktops.Idle;

namespace CloudWorkstation.Api.Desktops;

/// <summary>Since when nobody uses a desktop, when that stops it, and keeping it awake.</summary>
public static class IdleApi
{
    public static void MapIdle(this IEndpointRouteBuilder routes)
    {
        var idle = routes.MapGroup("/desktops/{id}/idle").WithTags("Desktops").Refuses("not_found", "desktop_not_running");
        idle.MapGet("", async (string id, Caller caller, IDesktopIdleService service, CancellationToken token) => (await service.GetAsync(caller.Actor, id, token)).Match(Results.Ok))
            .Describe("GetDesktopIdle", "Read since when a desktop is idle", "And when that stops it. Input in its screen counts, an open page does not.")
            .Answers<DesktopIdle>(200, "As the server knows it; input is known to it within seconds.");
        idle.MapPut("", KeepAwake).Describe("KeepDesktopAwake", "Keep a desktop from being stopped for being idle", "At most 24 hours ahead; without `keepAwakeUntil` that is taken back.")
            .Takes<KeepAwakeRequest>().Answers<DesktopIdle>(200, "As it is now.").Refuses("forbidden", "busy");
    }

    private static async Task<IResult> KeepAwake(
        string id, JsonBody<KeepAwakeRequest> body, Caller caller, IDesktopIdleService service, CancellationToken cancellationToken) =>
        (await service.KeepAwakeAsync(caller.Actor, id, body.Value.KeepAwakeUntil, cancellationToken)).Match(Results.Ok);
}

/// <summary>Until when a desktop is kept awake.</summary>
public sealed record KeepAwakeRequest
{
    /// <value>Within the next 24 hours; null to let it stop again.</value>
    public DateTimeOffset? KeepAwakeUntil { get; init; }
}
