using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Auth.Providers;

/// <summary>A REST client with a token of a provider gets one of ours (RFC 8693).</summary>
public static class TokenExchangeApi
{
    private const string GrantType = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    private const string IdToken = "urn:ietf:params:oauth:token-type:id_token";
    private const string Jwt = "urn:ietf:params:oauth:token-type:jwt";

    public static void MapTokenExchange(this IEndpointRouteBuilder routes) => routes.MapGroup("/auth").WithTags("Sign-in with providers").AllowAnonymous()
        .MapPost("/exchange", Exchange)
        .Describe(
            "ExchangeToken",
            "Exchange a provider's token for ours (RFC 8693)",
            "For REST clients of a provider whose settings allow it. The token must be the provider's own, unexpired, and either an ID token for our client or an access token (JWT) "
            + "for our audience that was given to one of the clients which the settings name. Refusals carry `error` and `error_description` as OAuth 2 clients expect them.")
        .TakesForm<TokenExchangeForm>()
        .Answers<TokenExchangeAnswer>(200, "Tokens.")
        .Refuses("invalid_exchange", "invalid_subject_token", "not_admitted", "account_disabled", "second_factor_required", "provider_unavailable", "busy")
        .RequireRateLimiting(RateLimits.SignIn);

    private static async Task<IResult> Exchange(ITokenExchange exchange, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var form = await FormBody.ReadAsync(http.Request, cancellationToken);
        if (Check(form) is { } wrong)
        {
            return Refuse(HttpProblem.Of("invalid_exchange", wrong));
        }

        var subject = new TokenExchange(form.Find("subject_token")!, form.Find("subject_token_type") == IdToken);
        var outcome = await exchange.ExchangeAsync(subject, ProvidersApi.ClientOf(http), cancellationToken);
        return outcome.Problem is { Code: "provider_refused" } refused ? Refuse(HttpProblem.Of("invalid_subject_token", refused.Detail))
            : outcome.Problem is { } problem ? Refuse(HttpProblem.From(problem))
            : outcome.Value.Challenge is { } challenge ? SecondFactorAnswers.ForClient(challenge)
            : Results.Ok(Answer(outcome.Value.Session!, time.GetUtcNow()));
    }

    private static TokenExchangeAnswer Answer(SignedIn session, DateTimeOffset now)
    {
        var token = TokenAnswer.From(session, now);
        return new TokenExchangeAnswer(token.AccessToken, AccessToken, token.TokenType, token.ExpiresIn, token.RefreshToken);
    }

    private static string? Check(FormBody form) =>
        form.Find("grant_type") != GrantType ? $"grant_type must be {GrantType}."
        : string.IsNullOrEmpty(form.Find("subject_token")) ? "subject_token is missing, or stands there more than once."
        : form.Find("subject_token_type") is not (AccessToken or IdToken or Jwt) ? $"subject_token_type must be {IdToken} or {AccessToken}."
        : form.Has("requested_token_type") && form.Find("requested_token_type") != AccessToken ? $"requested_token_type must be {AccessToken} when it is there."
        : form.Has("actor_token") || form.Has("actor_token_type") ? "Nobody acts for somebody else here: leave actor_token out."
        : null;

    /// <summary>As RFC 6749 section 5.2 names it, beside our own code.</summary>
    private static HttpProblem Refuse(HttpProblem problem) => problem with
    {
        Extensions = new Dictionary<string, string>(problem.Extensions, StringComparer.Ordinal)
        {
            ["error"] = problem.Status switch
            {
                StatusCodes.Status503ServiceUnavailable or StatusCodes.Status409Conflict => "temporarily_unavailable",
                StatusCodes.Status403Forbidden => "access_denied",
                _ => "invalid_request",
            },
            ["error_description"] = problem.Detail,
        },
    };
}
