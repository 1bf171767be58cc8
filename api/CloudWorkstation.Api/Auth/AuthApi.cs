using CloudWorkstation.Api.Accounts;
using CloudWorkstation.Api.Auth.Providers;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Api.Auth;

/// <summary>Signing in, staying signed in, signing out.</summary>
public static class AuthApi
{
    private static readonly string[] SignInRefusals =
        ["invalid_credentials", "locked_out", "account_disabled", "password_expired", "second_factor_required", "password_sign_in_disabled", "directory_unavailable"];

    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Sign-in").AllowAnonymous();
        auth.MapPost("/sign-in", SignIn).Describe("SignIn", "Sign in with user name and password", "Sets the session cookies.")
            .Takes<SignInRequest>().Answers<SignInAnswer>(200, "Signed in.").Refuses(SignInRefusals).RequireRateLimiting(RateLimits.SignIn);
        auth.MapPost("/refresh", Refresh).Describe("RefreshSession", "Renew the session from its refresh cookie")
            .Answers<RefreshAnswer>(200, "Renewed; both cookies are new.").Refuses("session_ended", "directory_unavailable");
        auth.MapGet("/renew", Renew).Describe("RenewAndReturn", "Renew the session and go back to a page", "For page loads: the router sends browsers here.")
            .Reads<string>("return", "A path of this console.").Answers(302, "To the page, or to the sign-in page.");
        auth.MapPost("/sign-out", SignOut).Describe("SignOut", "Sign out", "Ends the session everywhere at once.")
            .Answers<SignedOutAnswer>(200, "Signed out here; `continueAt` signs out at the provider, too.").Answers(204, "Signed out.");
        auth.MapPost("/token", Token).Describe("CreateToken", "Get tokens for a REST client", "With user name and password, or with the refresh token of the answer before.")
            .Takes<TokenRequest>().Answers<TokenAnswer>(200, "Tokens.").Refuses([.. SignInRefusals, "session_ended"]).RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> SignIn(
        JsonBody<SignInRequest> body, ISessionService sessions, IDesktopService desktops, SignInGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await PasswordSignIn(body.Value.UserName, body.Value.Password, sessions, guard, http, cancellationToken);
        return outcome.Problem is { } problem ? HttpProblem.From(problem)
            : outcome.Value.Challenge is { } challenge ? SecondFactorAnswers.ForBrowser(http.Response, challenge)
            : await SignedInAsync(outcome.Value.Session!, desktops, http, cancellationToken);
    }

    /// <summary>A browser that is signed in: both cookies, and who it is.</summary>
    internal static async Task<IResult> SignedInAsync(SignedIn session, IDesktopService desktops, HttpContext http, CancellationToken cancellationToken)
    {
        var me = await MeOfAsync(session, desktops, cancellationToken);
        SessionCookies.Set(http.Response, session);
        return Results.Ok(new SignInAnswer(me, session.SessionTokenExpiresAt));
    }

    internal static async Task<Me> MeOfAsync(SignedIn session, IDesktopService desktops, CancellationToken cancellationToken) => Me.From(
        session.Account, session.Actor, new MySession(session.SessionId, session.RefreshExpiresAt), await desktops.QuotaAsync(session.Actor, cancellationToken));

    private static async Task<IResult> Refresh(ISessionService sessions, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await RefreshFromCookie(sessions, http, cancellationToken);
        return outcome.Match(session => Results.Ok(new RefreshAnswer(session.SessionTokenExpiresAt)));
    }

    private static async Task<IResult> Renew(ISessionService sessions, HttpContext http, CancellationToken cancellationToken)
    {
        var destination = ReturnAddress.Sanitize(http.Request.Query["return"] is [{ } one] ? one : null);
        var outcome = await RefreshFromCookie(sessions, http, cancellationToken);
        return Results.Redirect(outcome.Succeeded ? destination : "/sign-in?return=" + Uri.EscapeDataString(destination));
    }

    private static async Task<IResult> SignOut(ISessionService sessions, IProviderSignOut providers, HttpContext http, CancellationToken cancellationToken)
    {
        var sessionId = Caller.Of(http)?.Actor.SessionId;
        if (Caller.Of(http) is { } caller)
        {
            await sessions.SignOutAsync(caller.Actor, cancellationToken);
        }
        else if (await RefreshFromCookie(sessions, http, cancellationToken) is { Succeeded: true } alive)
        {
            // The session token has expired and the session itself has not: it is the one to end.
            var actor = await sessions.AuthenticateAsync(alive.Value.SessionToken, http.Connection.RemoteIpAddress?.ToString(), cancellationToken);
            await sessions.SignOutAsync(actor.Value, cancellationToken);
            sessionId = actor.Value.SessionId;
        }

        SessionCookies.Clear(http.Response);
        if (sessionId is null || await providers.FarewellAsync(sessionId, cancellationToken) is not { } farewell)
        {
            return Results.NoContent();
        }

        ProviderCookies.Set(http.Response, farewell);
        return Results.Ok(new SignedOutAnswer(ProviderCookies.FarewellPath(farewell.Provider)));
    }

    private static async Task<IResult> Token(
        JsonBody<TokenRequest> body, ISessionService sessions, SignInGuard guard, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = body.Value switch
        {
            { RefreshToken: { } token, UserName: null, Password: null } => Renewed(await sessions.RefreshAsync(token, cancellationToken)),
            { RefreshToken: null, UserName: { } name, Password: { } password } => await PasswordSignIn(name, password, sessions, guard, http, cancellationToken),
            _ => Problem.Invalid(new FieldError("refreshToken", "Send either userName and password, or refreshToken.")),
        };
        return outcome.Match(step => step.Challenge is { } challenge
            ? SecondFactorAnswers.ForClient(challenge)
            : Results.Ok(TokenAnswer.From(step.Session!, time.GetUtcNow())));
    }

    private static Outcome<SignInStep> Renewed(Outcome<SignedIn> outcome) =>
        outcome.Problem is { } problem ? problem : new SignInStep { Session = outcome.Value };

    private static async Task<Outcome<SignInStep>> PasswordSignIn(
        string userName, string password, ISessionService sessions, SignInGuard guard, HttpContext http, CancellationToken cancellationToken)
    {
        guard.Enter(userName);
        return await sessions.SignInAsync(userName, password, http.Connection.RemoteIpAddress?.ToString(), UserAgent(http), cancellationToken);
    }

    private static async Task<Outcome<SignedIn>> RefreshFromCookie(ISessionService sessions, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = http.Request.Cookies[TokenNames.RefreshCookie] is { Length: > 0 } token
            ? await sessions.RefreshAsync(token, cancellationToken)
            : new Problem(ProblemKind.Unauthenticated, "session_ended", "You are not signed in.");
        if (outcome.Succeeded)
        {
            SessionCookies.Set(http.Response, outcome.Value);
        }
        else
        {
            SessionCookies.Clear(http.Response);
        }

        return outcome;
    }

    internal static string? UserAgent(HttpContext http) =>
        http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, 256)] : null;
}
