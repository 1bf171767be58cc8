using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Setup;

namespace CloudWorkstation.Api.Setup;

/// <summary>Setting the product up for the first time: the first administrator by a code, and the list of what is left to do.</summary>
public static class SetupApi
{
    public static void MapSetup(this IEndpointRouteBuilder v1)
    {
        var setup = v1.MapGroup("/setup").WithTags("Set-up").Require(Permissions.PlatformManage).Refuses("forbidden");
        setup.MapGet("", Read).Describe("GetSetup", "How far setting up has come").Answers<SetupProgress>(200, "The steps.");
        setup.MapPut("", Change).Describe("PutSetup", "Note that a step is done or skipped, or put the list away", "What the product sees for itself is done without it.")
            .Takes<ChangeSetup>().Answers<SetupProgress>(200, "The steps as they are now.").Refuses("busy");
    }

    public static void MapSetupClaim(this IEndpointRouteBuilder routes) => routes.MapGroup("/auth").WithTags("Set-up").AllowAnonymous().MapPost("/setup", Claim)
        .Describe("ClaimSetup", "Make the first administrator", "With the set-up code, once, while there is no account. Sets the session cookies.")
        .Takes<ClaimSetup>().Answers<SignInAnswer>(200, "Signed in as the first administrator.").Refuses("invalid_credentials", "conflict", "busy", "second_factor_required").RequireRateLimiting(RateLimits.SignIn);

    private static async Task<IResult> Read(Caller caller, ISetup setup, CancellationToken cancellationToken) =>
        (await setup.ReadAsync(caller.Actor, cancellationToken)).Match(progress => Results.Ok(progress));

    private static async Task<IResult> Change(JsonBody<ChangeSetup> body, Caller caller, ISetup setup, CancellationToken cancellationToken) =>
        (await setup.ChangeAsync(caller.Actor, body.Value, cancellationToken)).Match(progress => Results.Ok(progress));

    private static async Task<IResult> Claim(
        JsonBody<ClaimSetup> body, ISetup setup, ISignInCompletion signIn, IDesktopService desktops, SignInGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        guard.Enter("set-up");
        var address = http.Connection.RemoteIpAddress?.ToString();
        var claimed = await setup.ClaimAsync(body.Value, address, cancellationToken);
        if (claimed.Problem is { } problem)
        {
            return HttpProblem.From(problem);
        }

        var agent = http.Request.Headers.UserAgent.ToString();
        var step = await signIn.CompleteAsync(claimed.Value, "password", address, agent.Length == 0 ? null : agent[..Math.Min(agent.Length, 256)], cancellationToken);
        return step.Problem is { } refused ? HttpProblem.From(refused)
            : step.Value.Challenge is { } challenge ? SecondFactorAnswers.ForBrowser(http.Response, challenge)
            : await AuthApi.SignedInAsync(step.Value.Session!, desktops, http, cancellationToken);
    }
}
