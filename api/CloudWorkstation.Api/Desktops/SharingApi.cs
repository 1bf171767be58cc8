using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Desktops.Sharing;

namespace CloudWorkstation.Api.Desktops;

/// <summary>Shares of a running desktop, who watches it, and who asks to.</summary>
public static class SharingApi
{
    public static void MapSharing(this IEndpointRouteBuilder routes)
    {
        MapShares(routes);
        MapWatchers(routes);
        MapGuests(routes);
        routes.MapShareOverview();
    }

    private static void MapShares(IEndpointRouteBuilder routes)
    {
        var shares = routes.MapGroup("/desktops/{id}/shares").WithTags("Sharing").Refuses("not_found", "forbidden");
        shares.MapGet("", List).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage)
            .Describe("ListShares", "List a desktop's shares", "Those that work, newest first. For its owner, and for administrators.")
            .Answers<ListOf<ShareView>>(200, "Without their links.");
        shares.MapPost("", Create).NotByToken().RequireRateLimiting(RateLimits.Operations)
            .Describe("CreateShare", "Share a running desktop by a link", "For its owner alone. It ends at its time, when it is revoked, and with the next stop, update or transfer of the desktop.")
            .Takes<CreateShareRequest>().Answers<MadeShareAnswer>(201, "The only time that the link is shown.").Refuses("desktop_not_running", "sharing_off", "too_many_shares", "busy");
        shares.MapDelete("/{share}", Revoke).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage)
            .Describe("RevokeShare", "End a share", "With every connection that came by it, at once. For its owner, and for administrators.")
            .Answers(204, "Ended.").Refuses("busy");
    }

    private static void MapWatchers(IEndpointRouteBuilder routes)
    {
        var watchers = routes.MapGroup("/desktops/{id}").WithTags("Sharing").Refuses("not_found", "forbidden");
        watchers.MapGet("/watchers", Watchers).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage)
            .Describe("ListWatchers", "See who is at a desktop's screen", "For its owner and for everybody who is there. The event `watchers` tells of changes.")
            .Answers<ListOf<WatcherView>>(200, "In the order in which they came.");
        watchers.MapDelete("/watchers/{connection}", Remove).NeedsScope(Permissions.DesktopsUse)
            .Describe("RemoveWatcher", "Send somebody away from a desktop's screen", "At once and for good: what let them in lets them in no more. For its owner alone.")
            .Answers(204, "Gone.").Refuses("busy");
        watchers.MapGet("/watch-requests", Requests).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsConnect)
            .Describe("ListWatchRequests", "See who asks to see a desktop's screen", "The owner reads who waits for an answer, an administrator how their own request stands. The event `watch-request` tells of changes.")
            .Answers<ListOf<WatchRequestView>>(200, "Requests.");
        watchers.MapPost("/watch-requests/{request}", Answer).NotByToken()
            .Describe("AnswerWatchRequest", "Allow or refuse an administrator to see the screen", "For the owner alone, within a minute.")
            .Takes<AnswerWatchRequest>().Answers<WatchRequestView>(200, "Answered.").Refuses("conflict", "busy");
    }

    private static void MapGuests(IEndpointRouteBuilder routes)
    {
        var guests = routes.MapGroup("/shares").WithTags("Sharing").NotByToken().RequireRateLimiting(RateLimits.Operations).Refuses("share_unavailable", "sharing_off");
        guests.MapPost("/open", Open)
            .Describe("OpenShare", "See what a link opens", "Whatever does not work (unknown, expired, ended, for somebody else) gets the same answer.")
            .Takes<OpenShareRequest>().Answers<OpenedShare>(200, "It works for the caller.");
        guests.MapPost("/{share}/connections", Connect)
            .Describe("ConnectByShare", "Get the right to connect by a link", "Sets the cookie that the WebSocket at `url` needs: one connection, within 60 seconds. Without `engine` it is the one that the owner looks through. RDP and SSH are joined: without the owner there is nothing to see (`owner_away`). Of a single-use link the first person to ask becomes the only one.")
            .Takes<ConnectByShareRequest>().Answers<ConnectionAnswer>(201, "Granted.").Refuses("desktop_not_running", "owner_away", "desktop_unreachable", "engine_unavailable", "busy", "recording_unavailable");
    }

    private static async Task<IResult> List(string id, Caller caller, IDesktopShares shares, CancellationToken cancellationToken) =>
        (await shares.ListAsync(caller.Actor, id, cancellationToken)).Match(found => Results.Ok(new ListOf<ShareView>(found)));

    private static async Task<IResult> Create(string id, JsonBody<CreateShareRequest> body, Caller caller, IDesktopShares shares, CancellationToken cancellationToken) =>
        (await shares.CreateAsync(caller.Actor, id, body.Value.ToShare(), cancellationToken)).Match(made =>
            Results.Created($"/api/v1/desktops/{id}/shares/{made.Share.Id}", new MadeShareAnswer(made.Share, made.Token)));

    private static async Task<IResult> Revoke(string id, string share, Caller caller, IDesktopShares shares, CancellationToken cancellationToken) =>
        (await shares.RevokeAsync(caller.Actor, id, share, cancellationToken)).Match(_ => Results.NoContent());

    private static async Task<IResult> Watchers(string id, Caller caller, IDesktopWatchers watchers, CancellationToken cancellationToken) =>
        (await watchers.ListAsync(caller.Actor, id, cancellationToken)).Match(found => Results.Ok(new ListOf<WatcherView>(found)));

    private static async Task<IResult> Remove(string id, string connection, Caller caller, IDesktopWatchers watchers, CancellationToken cancellationToken) =>
        (await watchers.RemoveAsync(caller.Actor, id, connection, cancellationToken)).Match(_ => Results.NoContent());

    private static async Task<IResult> Requests(string id, Caller caller, IDesktopWatchers watchers, CancellationToken cancellationToken) =>
        (await watchers.RequestsAsync(caller.Actor, id, cancellationToken)).Match(found => Results.Ok(new ListOf<WatchRequestView>(found)));

    private static async Task<IResult> Answer(
        string id, string request, JsonBody<AnswerWatchRequest> body, Caller caller, IDesktopWatchers watchers, CancellationToken cancellationToken) =>
        (await watchers.AnswerAsync(caller.Actor, id, request, body.Value.Allow, cancellationToken)).Match(Results.Ok);

    private static async Task<IResult> Open(JsonBody<OpenShareRequest> body, Caller caller, IDesktopShares shares, CancellationToken cancellationToken) =>
        (await shares.OpenAsync(caller.Actor, body.Value.Token, cancellationToken)).Match(Results.Ok);

    private static async Task<IResult> Connect(
        string share, JsonBody<ConnectByShareRequest> body, Caller caller, IDesktopShares shares, HttpContext http, CancellationToken cancellationToken) =>
        (await shares.ConnectAsync(caller.Actor, share, body.Value.Token, body.Value.Engine, cancellationToken)).Match(grant => ConnectionAnswers.Created(http, grant));
}
