using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Aws.Machines;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Desktops;

/// <summary>Desktops: see, create, change, delete, connect.</summary>
public static class DesktopsApi
{
    private static readonly string[] ChangeRefusals =
        ["not_found", "conflict", "operation_in_progress", "confirmation_required", "template_not_found", "template_broken", "invalid"];

    public static void MapDesktops(this IEndpointRouteBuilder routes)
    {
        var desktops = routes.MapGroup("/desktops").WithTags("Desktops").NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsRead);
        desktops.MapGet("", List).Describe("ListDesktops", "List desktops", "Mine; administrators see everyone's with `owner=*`.")
            .ReadsFilter().Paged()
            .Answers<ListOf<DesktopModel>>(200, "One page.").Refuses("not_found");
        desktops.MapPost("", CreateDesktopHandler.CreateAsync).NeedsScope(Permissions.DesktopsUse)
            .RequireRateLimiting(RateLimits.Operations).Describe("CreateDesktop", "Create a desktop", "Repeat with the same `Idempotency-Key` when no answer came: nothing is created twice within 24 hours.")
            .ReadsHeader("Idempotency-Key", "1 to 128 printable ASCII characters, new for each desktop.")
            .Takes<CreateDesktopRequest>().Answers<AcceptedAnswer>(202, "Accepted; follow `Location`.")
            .Refuses("template_not_found", "template_broken", "engine_unavailable", "quota_exceeded", "malformed_idempotency_key", "idempotency_key_reused", "conflict");
        desktops.MapGet("/{id}", Get).Describe("GetDesktop", "Read one desktop", "`ETag` is its version.").Answers<DesktopModel>(200, "The desktop.").Refuses("not_found");
        desktops.MapPatch("/{id}", Change).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsStop, Permissions.DesktopsManage).RequireRateLimiting(RateLimits.Operations).Describe("ChangeDesktop", "Rename, start, stop, repair or update a desktop")
            .ReadsHeader("If-Match", "The `ETag` it must still have.").Takes<ChangeDesktopRequest>()
            .Answers<AcceptedAnswer>(202, "Accepted; follow `Location`.").Answers<AcceptedAnswer>(200, "Done; nothing has to run.")
            .Refuses(ChangeRefusals).Refuses("stale", "malformed_if_match");
        desktops.MapDelete("/{id}", Delete).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage).RequireRateLimiting(RateLimits.Operations).Describe("DeleteDesktop", "Delete a desktop and everything on it")
            .ReadsHeader("If-Match", "The `ETag` it must still have.").Answers<AcceptedAnswer>(202, "Accepted; follow `Location`.")
            .Refuses("not_found", "conflict", "operation_in_progress", "stale", "malformed_if_match");
        desktops.MapPost("/{id}/plan", Plan).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage).Describe("PlanChange", "See what a change would do", "Computes Terraform's plan and changes nothing.")
            .Takes<ChangeDesktopRequest>().Answers<PlanAnswer>(200, "The plan.").Refuses(ChangeRefusals).Refuses("plan_failed");
        desktops.MapPost("/{id}/restart", Restart).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage)
            .RequireRateLimiting(RateLimits.Operations).Describe("RestartDesktop", "Restart a desktop's machine", "Only for a running desktop with a machine in a cloud. The screen is away for a minute or two; nothing is lost that was saved.")
            .Answers<AcceptedAnswer>(202, "The cloud restarts it.").Refuses("not_found", "conflict", "operation_in_progress", "desktop_not_running", "forbidden", "cloud_refused");
        desktops.MapPost("/{id}/connections", Connect).NotByToken()
            .RequireRateLimiting(RateLimits.Operations).Describe("ConnectDesktop", "Get the right to connect", "Sets the cookie that the WebSocket at `url` needs: one connection, within 60 seconds. Somebody else's screen an administrator only sees, as its rules have it: with the owner's consent (`consent_pending` until the owner has answered), with the owner being told, or not at all.")
            .TakesOptional<ConnectRequest>().Answers<ConnectionAnswer>(201, "Granted.").Refuses("not_found", "desktop_not_running", "desktop_unreachable", "engine_unavailable", "consent_pending", "owner_absent", "watch_refused", "watch_off", "busy", "recording_unavailable");
        desktops.MapSessionPolicy();
        desktops.MapTransfer();
        desktops.MapBulk();
    }

    private static async Task<IResult> List(
        Caller caller, PageQuery page, IDesktopService desktops, DesktopModels models, HttpContext http, CancellationToken cancellationToken)
    {
        var filter = DesktopQuery.Read(http.Request.Query) with { Limit = page.Limit, Cursor = page.Cursor };
        var outcome = await desktops.ListAsync(caller.Actor, filter, cancellationToken);
        return outcome.Match(found => Results.Ok(new ListOf<DesktopModel>([.. found.Items.Select(models.Of)], found.Cursor)));
    }

    private static async Task<IResult> Get(
        string id, Caller caller, IDesktopService desktops, DesktopModels models, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await desktops.GetAsync(caller.Actor, id, cancellationToken);
        return outcome.Match(found =>
        {
            EntityTags.Set(http.Response, found.Version);
            return Results.Ok(models.Of(found));
        });
    }

    private static async Task<IResult> Change(
        string id, JsonBody<ChangeDesktopRequest> body, Caller caller, IDesktopService desktops, AcceptedAnswers answers, HttpContext http, CancellationToken cancellationToken)
    {
        var change = body.Value.ToChange(EntityTags.IfMatch(http.Request));
        return Accepted(await desktops.ChangeAsync(caller.Actor, id, change, cancellationToken), answers, http);
    }

    private static async Task<IResult> Delete(
        string id, Caller caller, IDesktopService desktops, AcceptedAnswers answers, HttpContext http, CancellationToken cancellationToken) =>
        Accepted(await desktops.DeleteAsync(caller.Actor, id, EntityTags.IfMatch(http.Request), cancellationToken), answers, http);

    private static async Task<IResult> Plan(
        string id, JsonBody<ChangeDesktopRequest> body, Caller caller, IDesktopService desktops, CancellationToken cancellationToken)
    {
        var outcome = await desktops.PlanAsync(caller.Actor, id, body.Value.ToChange(null), cancellationToken);
        return outcome.Match(plan => Results.Ok(PlanAnswer.From(plan)));
    }

    private static async Task<IResult> Restart(
        string id, Caller caller, IMachineRestart machines, DesktopModels models, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await machines.RestartAsync(caller.Actor, id, cancellationToken);
        return outcome.Match(desktop =>
        {
            EntityTags.Set(http.Response, desktop.Version);
            return Results.Json(new AcceptedAnswer(models.Of(desktop), null), statusCode: StatusCodes.Status202Accepted);
        });
    }

    private static async Task<IResult> Connect(
        string id, OptionalBody<ConnectRequest> body, Caller caller, IDesktopService desktops, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await desktops.ConnectAsync(caller.Actor, id, body.Value?.Engine, cancellationToken);
        return outcome.Match(grant => ConnectionAnswers.Created(http, grant));
    }

    private static IResult Accepted(Manager.Outcome<AcceptedChange> outcome, AcceptedAnswers answers, HttpContext http) => outcome.Match(change =>
    {
        EntityTags.Set(http.Response, change.Desktop.Version);
        return answers.Accepted(change);
    });
}
