using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Bans;

namespace CloudWorkstation.Api.Bans;

/// <summary>Who and what is kept out for a while.</summary>
public static class BansApi
{
    public static void MapBans(this IEndpointRouteBuilder routes)
    {
        var bans = routes.MapGroup("/bans").WithTags("Bans").Require(Permissions.AccountsRead).Refuses("forbidden");
        bans.MapGet("", List).Describe("ListBans", "List the bans in force", "Newest first.").Answers<ListOf<Ban>>(200, "All of them.");
        bans.MapPost("", Add).Require(Permissions.AccountsManage)
            .Describe("CreateBan", "Keep an account or a network out for a while", "Ends the account's sessions at once. Nobody can lock out themselves, or somebody who may do more.")
            .Takes<NewBan>().Answers<Ban>(201, "In force.");
        bans.MapDelete("/{id}", Lift).Require(Permissions.AccountsManage)
            .Describe("LiftBan", "Lift a ban").Answers(204, "Lifted.").Refuses("not_found");
    }

    private static async Task<IResult> List(Caller caller, IBans bans, CancellationToken cancellationToken) =>
        (await bans.ListAsync(caller.Actor, cancellationToken)).Match(found => Results.Ok(new ListOf<Ban>(found)));

    private static async Task<IResult> Add(JsonBody<NewBan> body, Caller caller, IBans bans, CancellationToken cancellationToken) =>
        (await bans.AddAsync(caller.Actor, body.Value, cancellationToken)).Match(ban => Results.Json(ban, statusCode: StatusCodes.Status201Created));

    private static async Task<IResult> Lift(string id, Caller caller, IBans bans, CancellationToken cancellationToken) =>
        (await bans.LiftAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());
}
