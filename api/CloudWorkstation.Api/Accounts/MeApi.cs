using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Accounts;

/// <summary>Who I am, and my password.</summary>
public static class MeApi
{
    public static void MapMe(this IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup("/me").WithTags("Me").WithMetadata(new AllowedBeforePasswordChange());
        me.MapGet("", Get).WithMetadata(new AnyToken()).Describe("GetMe", "Who I am", "Roles, session, quota used and left.").Answers<Me>(200, "You.");
        me.MapPost("/password", ChangePassword).NotByToken().Describe("ChangePassword", "Change my password", "Ends the other sessions.")
            .Takes<ChangePasswordRequest>().Answers(204, "Changed.").Refuses("invalid_credentials", "locked_out", "proof_required");
    }

    private static async Task<IResult> Get(
        Caller caller, ISessionService sessions, IAccountService accounts, IDesktopService desktops, CancellationToken cancellationToken)
    {
        var actor = caller.Actor;
        var account = await accounts.GetAsync(actor, actor.AccountId, cancellationToken);
        if (!account.Succeeded)
        {
            return HttpProblem.From(account.Problem!);
        }

        var session = actor.SessionId is null ? null : await sessions.FindLiveAsync(actor.AccountId, actor.SessionId, cancellationToken);
        var quota = await desktops.QuotaAsync(actor, cancellationToken);
        return Results.Ok(Me.From(account.Value.Account, actor, session is null ? null : new MySession(session.Id, session.ExpiresAt), quota));
    }

    private static async Task<IResult> ChangePassword(
        JsonBody<ChangePasswordRequest> body, Caller caller, IAccountService accounts, SignInGuard guard, CancellationToken cancellationToken)
    {
        guard.Enter(caller.Actor.UserName);
        return (await accounts.ChangePasswordAsync(caller.Actor, body.Value.CurrentPassword, body.Value.NewPassword, cancellationToken)).Match(_ => Results.NoContent());
    }
}
