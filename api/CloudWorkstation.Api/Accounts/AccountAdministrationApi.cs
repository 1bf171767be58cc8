using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Api.Sessions;
using CloudWorkstation.Api.Tokens;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Administration;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Accounts;

/// <summary>What is done with other people's accounts, besides changing them.</summary>
public static class AccountAdministrationApi
{
    public static void MapAccountAdministration(this RouteGroupBuilder accounts)
    {
        accounts.MapPost("/{id}/unlock", Unlock).Require(Permissions.AccountsUnlock)
            .Describe("UnlockAccount", "Lift a lockout", "Somebody who was locked out by wrong passwords may try again at once.")
            .Answers<AccountModel>(200, "Not locked any more.").Refuses("not_found", "busy");
        accounts.MapDelete("/{id}/sessions", EndSessions).Require(Permissions.SessionsManage)
            .Describe("EndSessionsOfAccount", "Sign somebody out everywhere", "Their desktops are disconnected at once and run on. Yourself you sign out everywhere else.")
            .Answers(204, "Ended.").Refuses("not_found");
        accounts.MapGet("/{id}/possessions", Possessions).Require(Permissions.AccountsRead).Require(Permissions.DesktopsRead)
            .Describe("ReadPossessions", "See what somebody has", "For whoever takes over from them, or cleans up after them: desktops, API tokens, and where they are signed in.")
            .Answers<PossessionsModel>(200, "Now.").Refuses("not_found");
    }

    private static async Task<IResult> Unlock(string id, Caller caller, IAccountAdministration accounts, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await accounts.UnlockAsync(caller.Actor, id, cancellationToken);
        return outcome.Match(account =>
        {
            EntityTags.Set(http.Response, account.Version);
            return Results.Ok(AccountModel.From(account));
        });
    }

    private static async Task<IResult> EndSessions(string id, Caller caller, IAccountAdministration accounts, CancellationToken cancellationToken) =>
        (await accounts.EndSessionsAsync(caller.Actor, id, cancellationToken)).Match(_ => Results.NoContent());

    private static async Task<IResult> Possessions(string id, Caller caller, IAccountAdministration accounts, DesktopModels models, CancellationToken cancellationToken) =>
        (await accounts.PossessionsAsync(caller.Actor, id, cancellationToken)).Match(found => Results.Ok(new PossessionsModel(
            AccountModel.From(found.Account),
            [.. found.Desktops.Select(models.Of)],
            found.MoreDesktops,
            [.. found.Sessions.Select(s => SessionModel.From(s, caller.Actor))],
            [.. found.Tokens.Select(TokenModel.From)])));
}

/// <param name="Account">Who.</param>
/// <param name="Desktops">Their desktops, at most 200.</param>
/// <param name="MoreDesktops">There are more than these.</param>
/// <param name="Sessions">Where they are signed in now.</param>
/// <param name="Tokens">Their API tokens; those of a disabled account are refused until it is enabled again.</param>
public sealed record PossessionsModel(
    AccountModel Account, IReadOnlyList<DesktopModel> Desktops, bool MoreDesktops, IReadOnlyList<SessionModel> Sessions, IReadOnlyList<TokenModel> Tokens);
