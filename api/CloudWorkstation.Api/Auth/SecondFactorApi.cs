using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Auth;

/// <summary>The second step of signing in.</summary>
public static class SecondFactorApi
{
    public static void MapSecondFactor(this IEndpointRouteBuilder routes)
    {
        var factor = routes.MapGroup("/auth/second-factor").WithTags("Sign-in").AllowAnonymous().Refuses("challenge_ended");
        factor.MapGet("", Find).Describe("GetSecondFactorChallenge", "Whose sign-in waits for a second factor", "For the browser that holds the challenge as a cookie.")
            .Answers<ChallengeAnswer>(200, "It waits.");
        factor.MapPost("", Complete)
            .Describe("CompleteSecondFactor", "Complete a sign-in with a code", "A browser gets the session cookies, a REST client that sends `challenge` gets tokens.")
            .Takes<SecondFactorRequest>().Answers<SecondFactorAnswer>(200, "Signed in.")
            .Refuses("invalid_code", "code_used", "locked_out", "account_disabled", "busy").RequireRateLimiting(RateLimits.SignIn);
        factor.MapPost("/enrolment", Enrol)
            .Describe("EnrolAtSignIn", "Set up the second factor that the sign-in waits for", "Then complete the sign-in with a code of it. A repetition gives another secret.")
            .Takes<ChallengeRequest>().Answers<EnrolmentAnswer>(200, "For the authenticator app.").Refuses("busy").RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> Find(ISecondFactorSignIn factor, HttpContext http, CancellationToken cancellationToken)
    {
        var outcome = await factor.FindAsync(SecondFactorCookies.Read(http.Request) ?? "", cancellationToken);
        return outcome.Match(c => Results.Ok(new ChallengeAnswer(c.UserName, c.MustEnrol, c.ExpiresAt, c.App, c.Passkey)));
    }

    private static async Task<IResult> Enrol(
        JsonBody<ChallengeRequest> body, ISecondFactorSignIn factor, EnrolmentAnswers answers, HttpContext http, CancellationToken cancellationToken)
    {
        var challenge = body.Value.Challenge ?? SecondFactorCookies.Read(http.Request) ?? "";
        return (await factor.EnrolAsync(challenge, cancellationToken)).Match(e => Results.Ok(answers.Of(e)));
    }

    private static async Task<IResult> Complete(
        JsonBody<SecondFactorRequest> body, ISecondFactorSignIn factor, IDesktopService desktops, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        var forClient = body.Value.Challenge is not null;
        var challenge = body.Value.Challenge ?? SecondFactorCookies.Read(http.Request) ?? "";
        var outcome = await factor.CompleteAsync(challenge, body.Value.Code, http.Connection.RemoteIpAddress?.ToString(), AuthApi.UserAgent(http), cancellationToken);
        if (!outcome.Succeeded)
        {
            return HttpProblem.From(outcome.Problem!);
        }

        var session = outcome.Value.Session;
        var me = await AuthApi.MeOfAsync(session, desktops, cancellationToken);
        if (forClient)
        {
            return Results.Ok(new SecondFactorAnswer(me, session.SessionTokenExpiresAt, TokenAnswer.From(session, time.GetUtcNow()), outcome.Value.RecoveryCodes));
        }

        SessionCookies.Set(http.Response, session);
        SecondFactorCookies.Clear(http.Response);
        return Results.Ok(new SecondFactorAnswer(me, session.SessionTokenExpiresAt, null, outcome.Value.RecoveryCodes));
    }
}
