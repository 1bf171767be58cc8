using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Desktops.Timeline;
using CloudWorkstation.Manager.Statistics.Timings;

namespace CloudWorkstation.Api.Desktops;

/// <summary>How long a desktop takes from the click to its pixels, and how long a template's desktops usually take.</summary>
public static class TimelineApi
{
    public static void MapTimelines(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/desktops/{id}/timeline", OfDesktop).WithTags("Desktops").NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsRead)
            .Describe("GetDesktopTimeline", "Read how a desktop's latest start went, step by step", "As `GET /operations/{id}/timeline` of that start.")
            .Answers<StartTimeline>(200, "The timeline.").Refuses("not_found");
        routes.MapGet("/templates/{name}/timings", OfTemplate).WithTags("Templates").Require(Permissions.StatisticsRead)
            .Describe("GetTemplateTimings", "Read how long a template's desktops take to start", "Of the latest starts of each kind, over all template versions and by version: the total and every step.")
            .Answers<TemplateTimings>(200, "Nothing under `items` where nothing was started yet.").Refuses("forbidden", "not_found");
    }

    private static async Task<IResult> OfDesktop(string id, Caller caller, ITimelineService timelines, CancellationToken cancellationToken) =>
        (await timelines.OfDesktopAsync(caller.Actor, id, cancellationToken)).Match(Results.Ok);

    private static async Task<IResult> OfTemplate(string name, Caller caller, ITimingsService timings, CancellationToken cancellationToken) =>
        (await timings.ReadAsync(caller.Actor, name, cancellationToken)).Match(Results.Ok);
}
