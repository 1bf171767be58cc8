using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;

namespace CloudWorkstation.Api.Auth;

/// <summary>Signing in with a passkey: alone, or after a first factor. For browsers; a REST client has no authenticator.</summary>
public static class PasskeySignInApi
{
    private static readonly string[] Refusals = ["passkey_refused", "passkey_not_alone", "account_disabled", "banned", "service_account", "busy"];

    public static void MapPasskeySignIn(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Sign-in").AllowAnonymous();
        auth.MapPost("/passkey/options", Begin)
            .Describe("BeginPasskeySignIn", "Begin signing in with a passkey", "Says what to ask the authenticator, and sets a cookie that must come back with its answer. Stores nothing.")
            .Answers<PasskeyOptionsAnswer>(200, "For `navigator.credentials.get`.").Refuses("passkeys_unavailable");
        auth.MapPost("/passkey", Complete)
            .Describe("SignInWithPasskey", "Sign in with a passkey", "Without a password: the authenticator has verified its owner, so that the key is both factors. Sets the session cookies.")
            .Takes<PasskeySignInRequest>().Answers<SignInAnswer>(200, "Signed in.").Refuses(Refusals).RequireRateLimiting(RateLimits.SignIn);
        var second = auth.MapGroup("/second-factor/passkey").Refuses("challenge_ended");
        second.MapPost("/options", BeginSecond)
            .Describe("BeginPasskeySecondFactor", "Begin completing a sign-in with a passkey", "For the browser whose first factor was right.")
            .Answers<PasskeyOptionsAnswer>(200, "For `navigator.credentials.get`.").Refuses("passkeys_unavailable", "no_second_factor");
        second.MapPost("", CompleteSecond)
            .Describe("CompleteSecondFactorWithPasskey", "Complete a sign-in with a passkey", "Sets the session cookies.")
            .Takes<PasskeySignInRequest>().Answers<SignInAnswer>(200, "Signed in.").Refuses("passkey_not_taken", "account_disabled", "busy").RequireRateLimiting(RateLimits.SignIn);
    }

    private static async Task<IResult> Begin(IPasskeySignIn passkeys, HttpContext http, CancellationToken cancellationToken) =>
        (await passkeys.BeginAsync(cancellationToken)).Match(c => PasskeyCookies.Answer(http, c));

    private static async Task<IResult> Complete(
        JsonBody<PasskeySignInRequest> body, IPasskeySignIn passkeys, IDesktopService desktops, HttpContext http, CancellationToken cancellationToken)
    {
        var ticket = PasskeyCookies.Take(http);
        var outcome = await passkeys.CompleteAsync(ticket, body.Value.Assertion, http.Connection.RemoteIpAddress?.ToString(), AuthApi.UserAgent(http), cancellationToken);
        return outcome.Problem is { } problem ? HttpProblem.From(problem) : await AuthApi.SignedInAsync(outcome.Value, desktops, http, cancellationToken);
    }

    private static async Task<IResult> BeginSecond(IPasskeySignIn passkeys, HttpContext http, CancellationToken cancellationToken) =>
        (await passkeys.BeginSecondAsync(SecondFactorCookies.Read(http.Request) ?? "", cancellationToken)).Match(c => PasskeyCookies.Answer(http, c));

    private static async Task<IResult> CompleteSecond(
        JsonBody<PasskeySignInRequest> body, IPasskeySignIn passkeys, IDesktopService desktops, HttpContext http, CancellationToken cancellationToken)
    {
        var ticket = PasskeyCookies.Take(http);
        var challenge = SecondFactorCookies.Read(http.Request) ?? "";
        var outcome = await passkeys.CompleteSecondAsync(challenge, ticket, body.Value.Assertion, http.Connection.RemoteIpAddress?.ToString(), AuthApi.UserAgent(http), cancellationToken);
        if (outcome.Problem is { } problem)
        {
            return HttpProblem.From(problem);
        }

        SecondFactorCookies.Clear(http.Response);
        return await AuthApi.SignedInAsync(outcome.Value.Session, desktops, http, cancellationToken);
    }
}
