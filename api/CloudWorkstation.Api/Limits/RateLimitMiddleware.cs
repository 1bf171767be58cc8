using CloudWorkstation.Api.Auth;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Limits;

/// <summary>Counts requests by session or API token and by account, those without one by address; sign-ins by address as well, changes to desktops by account.</summary>
public sealed class RateLimitMiddleware(RequestDelegate next, IOptions<ApiSettings> settings, TimeProvider time)
{
    private readonly TokenBuckets callers = RateLimits.PerSecond(settings.Value.Rate.PerSession, time);
    private readonly TokenBuckets accounts = RateLimits.PerSecond(settings.Value.Rate.PerAccount, time);
    private readonly TokenBuckets operations = RateLimits.PerMinute(settings.Value.Rate.OperationsPerAccount, time);
    private readonly TokenBuckets signIns = RateLimits.PerMinute(settings.Value.Rate.SignInPerAddress, time);

    public Task InvokeAsync(HttpContext context)
    {
        var wait = IsMachinery(context.Request.Path) ? null : callers.TryTake(CallerOf(context));
        if (wait is null && Caller.Of(context) is { Actor.AccountId: var account })
        {
            wait = accounts.TryTake(account) ?? (IsOperation(context) ? operations.TryTake(account) : null);
        }

        if (wait is null && IsSignIn(context))
        {
            wait = signIns.TryTake(AddressOf(context));
        }

        return wait is { } time ? RateLimits.TooMany(time).ExecuteAsync(context) : next(context);
    }

    private static bool IsMachinery(PathString path) =>
        path.StartsWithSegments("/internal", StringComparison.Ordinal) || path.StartsWithSegments("/health", StringComparison.Ordinal) || path.StartsWithSegments("/metrics", StringComparison.Ordinal);

    private static bool IsSignIn(HttpContext context) => Policy(context) == RateLimits.SignIn;

    private static bool IsOperation(HttpContext context) => Policy(context) == RateLimits.Operations;

    private static string? Policy(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;

    private static string CallerOf(HttpContext context) =>
        Caller.Of(context) is not { Actor: var actor } ? AddressOf(context)
        : actor.Token is { } token ? "token:" + token.Id
        : "session:" + (actor.SessionId ?? actor.AccountId);

    private static string AddressOf(HttpContext context) => "address:" + context.Connection.RemoteIpAddress;
}
