using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Desktops.Sharing;

namespace CloudWorkstation.Api.Desktops;

/// <summary>Who shares what with whom, over all desktops.</summary>
internal static class ShareOverviewApi
{
    public static void MapShareOverview(this IEndpointRouteBuilder routes)
    {
        var shares = routes.MapGroup("/shares").WithTags("Sharing").NeedsScope(Permissions.DesktopsUse, Permissions.DesktopsManage).Refuses("forbidden");
        shares.MapGet("", List)
            .Describe("ListSharedDesktops", "See what is shared with whom, and who looks now", "One's own; administrators see everybody's with `owner=*`. One item for each desktop that has a link that works or somebody else at its screen, the latest link first.")
            .Reads<string>("owner", "`*`, a user name or an account id (administrators).").Reads<string>("guest", "Only what is for this user name, was used by them, or shows them its screen now.")
            .Paged().Answers<ListOf<SharedScreen>>(200, "One page, without links.");
        shares.MapPost("/end", End).RequireRateLimiting(RateLimits.Operations)
            .Describe("EndAllShares", "End all shares of one person", "With every connection that came by them, at once. One's own, or for administrators somebody else's.")
            .Takes<EndSharesRequest>().Answers<EndedShares>(200, "Ended.").Refuses("busy");
    }

    private static async Task<IResult> List(Caller caller, PageQuery page, IShareOverview shares, HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var everyone = Query.Text(query, "owner") == "*";
        var filter = new ShareFilter
        {
            Owner = everyone ? null : Query.Identifier(query, "owner"),
            Everyone = everyone,
            Guest = Query.Identifier(query, "guest"),
            Limit = page.Limit,
            Cursor = page.Cursor,
        };
        return (await shares.ListAsync(caller.Actor, filter, cancellationToken)).Match(found => Results.Ok(new ListOf<SharedScreen>(found.Items, found.Cursor)));
    }

    private static async Task<IResult> End(JsonBody<EndSharesRequest> body, Caller caller, IShareOverview shares, CancellationToken cancellationToken) =>
        (await shares.EndAllAsync(caller.Actor, body.Value.Owner, cancellationToken)).Match(ended => Results.Ok(new EndedShares(ended)));
}
