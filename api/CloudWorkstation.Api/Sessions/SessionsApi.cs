using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Administration;

namespace CloudWorkstation.Api.Sessions;

/// <summary>Where somebody is signed in, and signing out from afar.</summary>
public static class SessionsApi
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/sessions").WithTags("Sessions").NeedsScope(Permissions.SessionsManage);
        sessions.MapGet("", List).Describe("ListSessions", "List sessions", "Mine; those who see accounts name another `account`, or `*` for everybody's, newest first.")
            .Reads<string>("account", "Account id, or `*`.").Reads<string>("q", "Part of the user name or the address, among everybody's.").Paged()
            .Answers<ListOf<SessionModel>>(200, "All of an account's; one page of everybody's.").Refuses("forbidden", "invalid");
        sessions.MapDelete("/{id}", End).Describe("EndSession", "End a session", "Its desktops are disconnected at once.").Answers(204, "Ended.").Refuses("not_found");
    }

    private static async Task<IResult> List(
        Caller caller, PageQuery page, ISessionService sessions, IAccountAdministration administration, HttpContext http, CancellationToken cancellationToken)
    {
        if (Query.Text(http.Request.Query, "account") == "*")
        {
            var everybodys = await administration.SessionsAsync(caller.Actor, Query.Text(http.Request.Query, "q"), page.Limit, page.Cursor, cancellationToken);
            return everybodys.Match(found => Results.Ok(new ListOf<SessionModel>([.. found.Items.Select(s => SessionModel.From(s, caller.Actor))], found.Cursor)));
        }

        var account = Query.Identifier(http.Request.Query, "account") ?? caller.Actor.AccountId;
        if (!caller.Actor.May(Permissions.AccountsRead) && !caller.Actor.Is(account))
        {
            return HttpProblem.Of("forbidden", "Only administrators see other people's sessions.");
        }

        var found = await sessions.ListAsync(caller.Actor, account, cancellationToken);
        return Results.Ok(new ListOf<SessionModel>([.. found.Select(s => SessionModel.From(s, caller.Actor))]));
    }

    private static async Task<IResult> End(string id, Caller caller, ISessionService sessions, CancellationToken cancellationToken) =>
        (await sessions.EndAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());
}

/// <param name="Id">Session id.</param>
/// <param name="AccountId">Whose.</param>
/// <param name="UserName">Whose, as shown.</param>
/// <param name="CreatedAt">Sign-in.</param>
/// <param name="LastRefreshAt">Last sign of life.</param>
/// <param name="ExpiresAt">When signing in again is needed.</param>
/// <param name="Address">Where from.</param>
/// <param name="UserAgent">With what.</param>
/// <param name="Method">How the person proved who they are: <c>password</c>, <c>oidc:NAME</c>, <c>ldap:NAME</c>.</param>
/// <param name="Current">The one this request was made in.</param>
public sealed record SessionModel(
    string Id, string AccountId, string UserName, DateTimeOffset CreatedAt, DateTimeOffset LastRefreshAt, DateTimeOffset ExpiresAt, string? Address, string? UserAgent, string? Method, bool Current)
{
    public static SessionModel From(SessionInfo s, Actor reader) => new(
        s.Id, s.AccountId, s.UserName, s.CreatedAt, s.LastRefreshAt, s.ExpiresAt, s.Address, s.UserAgent, s.Method, string.Equals(s.Id, reader.SessionId, StringComparison.Ordinal));
}
