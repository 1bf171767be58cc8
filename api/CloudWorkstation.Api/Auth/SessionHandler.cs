using System.Security.Claims;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tokens;
using Microsoft.AspNetCore.Authentication;

namespace CloudWorkstation.Api.Auth;

/// <summary>
/// Finds the session token or the API token and has it verified. A bearer token is the one that counts: when it is bad, a good cookie beside it does not
/// help, so that nobody acts under another name than the one they stated. Identity headers set by a router are never read.
/// </summary>
public sealed class SessionHandler(ISessionService sessions, IApiTokens tokens) : IAuthenticationHandler
{
    public const string Scheme = "session";

    private HttpContext context = null!;
    private Problem? refusal;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        this.context = context;
        return Task.CompletedTask;
    }

    public async Task<AuthenticateResult> AuthenticateAsync()
    {
        if (context.Features.Get<Caller>() is { } known)
        {
            return Success(known.Actor);
        }

        if (!TryFindToken(context.Request, out var token))
        {
            return AuthenticateResult.NoResult();
        }

        var address = context.Connection.RemoteIpAddress?.ToString();
        var outcome = IsApiToken(context.Request, token)
            ? await tokens.AuthenticateAsync(token, address, context.RequestAborted)
            : await sessions.AuthenticateAsync(token, address, context.RequestAborted);
        if (!outcome.Succeeded)
        {
            refusal = outcome.Problem;
            return AuthenticateResult.Fail(outcome.Problem!.Code);
        }

        context.Features.Set(new Caller(outcome.Value));
        return Success(outcome.Value);
    }

    public Task ChallengeAsync(AuthenticationProperties? properties) =>
        HttpProblem.Of("unauthenticated", refusal?.Detail).ExecuteAsync(context);

    public Task ForbidAsync(AuthenticationProperties? properties) => HttpProblem.Of("forbidden").ExecuteAsync(context);

    private static bool TryFindToken(HttpRequest request, out string token)
    {
        var header = request.Headers.Authorization;
        token = header.Count == 0 ? request.Cookies[TokenNames.SessionCookie] ?? "" : Bearer(header) ?? "not a bearer token";
        return token.Length > 0;
    }

    /// <summary>Below <c>/api</c> and in the header alone: a cookie that holds one is no session, and there it stays a bad one.</summary>
    private static bool IsApiToken(HttpRequest request, string token) =>
        ApiTokenPrefixes.Begin(token) && request.Headers.Authorization.Count == 1 && request.Path.StartsWithSegments("/api", StringComparison.Ordinal);

    private static string? Bearer(Microsoft.Extensions.Primitives.StringValues header) =>
        header is [{ } value] && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && value.Length > 7 ? value[7..].Trim() : null;

    private static AuthenticateResult Success(Actor actor)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, actor.AccountId), new Claim(ClaimTypes.Name, actor.UserName), .. actor.Roles.Select(r => new Claim(ClaimTypes.Role, r))],
            Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }
}
