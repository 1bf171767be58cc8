using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Aws.Orphans;

namespace CloudWorkstation.Api.Orphans;

/// <summary>What the cloud account has and the store does not know.</summary>
public static class OrphansApi
{
    public static void MapOrphans(this IEndpointRouteBuilder routes)
    {
        var orphans = routes.MapGroup("/orphans").WithTags("Orphans").Require(Permissions.PlatformManage).Refuses("forbidden", "cloud_refused");
        orphans.MapGet("", List)
            .Describe("ListOrphans", "Look for orphans", "Changes nothing. Machines, volumes, proxies, secrets and states that carry this installation's mark, are older than 15 minutes and belong to no desktop.")
            .Answers<ListOf<Orphan>>(200, "All of them.");
        orphans.MapPost("", Remove)
            .Describe("RemoveOrphans", "Remove orphans", "Only those that are still orphans when it is done; each removal is in the audit trail.")
            .Takes<RemoveOrphansRequest>().Answers<ListOf<OrphanRemoval>>(200, "What became of each.").Refuses("invalid");
    }

    private static async Task<IResult> List(Caller caller, IOrphanSweep sweep, CancellationToken cancellationToken) =>
        (await sweep.ListAsync(caller.Actor, cancellationToken)).Match(found => Results.Ok(new ListOf<Orphan>(found)));

    private static async Task<IResult> Remove(JsonBody<RemoveOrphansRequest> body, Caller caller, IOrphanSweep sweep, CancellationToken cancellationToken) =>
        (await sweep.RemoveAsync(caller.Actor, body.Value.Ids, body.Value.Confirm, cancellationToken)).Match(results => Results.Ok(new ListOf<OrphanRemoval>(results)));
}

/// <param name="Ids">From the list.</param>
/// <param name="Confirm">How many they are.</param>
public sealed record RemoveOrphansRequest(IReadOnlyList<string> Ids, int Confirm);
