using System.Text.Json;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Desktops.Bulks;

namespace CloudWorkstation.Api.Desktops;

/// <summary>The same change of many desktops.</summary>
public static class BulkApi
{
    public static void MapBulk(this RouteGroupBuilder desktops)
    {
        desktops.MapPost("/bulk", Start).NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage)
            .Describe(
                "StartBulk",
                "Start, stop, delete or transfer many desktops",
                "Once accepted it is brought to its end whatever happens to the server. Each desktop is changed within what you may do with it; read what became of each at `Location`.")
            .ReadsHeader("Idempotency-Key", "1 to 128 printable ASCII characters, new for each bulk.")
            .Takes<BulkRequest>().Answers<BulkModel>(202, "Accepted; follow `Location`.")
            .Refuses("forbidden", "not_found", "count_changed", "conflict", "malformed_idempotency_key", "idempotency_key_reused");
        desktops.MapGet("/bulk/{id}", Get).Describe("GetBulk", "Read what became of a bulk").Answers<BulkModel>(200, "So far.").Refuses("not_found");
        desktops.MapGet("/count", Count).Describe("CountDesktops", "Count desktops", $"With the filters of the list; more than {BulkLimits.Desktops} are not counted.")
            .ReadsFilter().Answers<CountAnswer>(200, "Now.").Refuses("forbidden", "not_found", "invalid");
    }

    private static Task<IResult> Start(
        JsonBody<BulkRequest> body, Caller caller, IBulkService bulks, SortableIds ids, IdempotentRequests idempotency, HttpContext http, CancellationToken cancellationToken) =>
        idempotency.RunAsync(http, caller.Actor, body.Raw, ids.Next, new Creation(bulks, caller.Actor, body.Value), cancellationToken);

    private static async Task<IResult> Get(string id, Caller caller, IBulkService bulks, CancellationToken cancellationToken) =>
        (await bulks.GetAsync(caller.Actor, id, cancellationToken)).Match(found => Results.Ok(BulkModel.From(found)));

    private static async Task<IResult> Count(Caller caller, IBulkService bulks, HttpContext http, CancellationToken cancellationToken) =>
        (await bulks.CountAsync(caller.Actor, DesktopQuery.Read(http.Request.Query), cancellationToken)).Match(count => Results.Ok(new CountAnswer(count)));

    private sealed class Creation(IBulkService bulks, Actor actor, BulkRequest request) : IIdempotentCreation
    {
        public async Task<Outcome<RememberedAnswer>> CreateAsync(string? reservedId, CancellationToken cancellationToken)
        {
            var started = await bulks.StartAsync(actor, request.ToCommand(reservedId), cancellationToken);
            return started.Succeeded ? Remember(started.Value) : started.Problem!;
        }

        public async Task<RememberedAnswer?> FindAsync(string reservedId, CancellationToken cancellationToken) =>
            await bulks.GetAsync(actor, reservedId, cancellationToken) is { Succeeded: true, Value: var found } ? Remember(found) : null;

        private static RememberedAnswer Remember(BulkView bulk) =>
            new(StatusCodes.Status202Accepted, "/api/v1/desktops/bulk/" + bulk.Bulk.Id, JsonSerializer.SerializeToElement(BulkModel.From(bulk) with { Items = null }, ApiJson.Options));
    }
}
