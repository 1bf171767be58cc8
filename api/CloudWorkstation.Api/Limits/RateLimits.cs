using System.Threading.RateLimiting;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Problems;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Limits;

/// <summary>How many requests are let through: generous for a session, tight for sign-in.</summary>
public static class RateLimits
{
    public const string SignIn = "sign-in";

    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<SignInGuard>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ApiSettings>>((options, settings) => Configure(options, settings.Value.Rate));
        return services;
    }

    private static void Configure(RateLimiterOptions options, RateSettings rate)
    {
        options.OnRejected = (context, _) => new ValueTask(TooMany(context.Lease).ExecuteAsync(context.HttpContext));
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => IsMachinery(http.Request.Path)
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(PartitionOf(http), _ => PerSession(rate)));
        options.AddPolicy(SignIn, http => RateLimitPartition.GetTokenBucketLimiter(AddressOf(http), _ => PerMinute(rate.SignInPerAddress)));
    }

    public static HttpProblem TooMany(RateLimitLease lease) =>
        HttpProblem.Of("rate_limited").RetryIn(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1));

    public static TokenBucketRateLimiterOptions PerMinute(int permits) => new()
    {
        TokenLimit = permits,
        TokensPerPeriod = Math.Max(1, permits / 12),
        ReplenishmentPeriod = TimeSpan.FromSeconds(permits < 12 ? 60.0 / permits : 5),
        QueueLimit = 0,
    };

    private static TokenBucketRateLimiterOptions PerSession(RateSettings rate) => new()
    {
        TokenLimit = rate.PerSession * 10,
        TokensPerPeriod = rate.PerSession,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    private static bool IsMachinery(PathString path) =>
        path.StartsWithSegments("/internal", StringComparison.Ordinal) || path.StartsWithSegments("/health", StringComparison.Ordinal) || path.StartsWithSegments("/metrics", StringComparison.Ordinal);

    private static string PartitionOf(HttpContext http) =>
        Caller.Of(http) is { Actor: var actor } ? "session:" + (actor.SessionId ?? actor.AccountId) : AddressOf(http);

    private static string AddressOf(HttpContext http) => "address:" + http.Connection.RemoteIpAddress;
}

/// <summary>Sign-ins for one user name, whatever addresses they come from.</summary>
public sealed class SignInGuard(IOptions<ApiSettings> settings) : IDisposable
{
    private const int LongestName = 64;

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(name =>
        RateLimitPartition.GetTokenBucketLimiter(name, _ => RateLimits.PerMinute(settings.Value.Rate.SignInPerAccount)));

    /// <exception cref="ProblemException">Too many for this name.</exception>
    public void Enter(string userName)
    {
        var name = userName.Length <= LongestName ? userName.ToLowerInvariant() : "";
        using var lease = limiter.AttemptAcquire(name);
        if (!lease.IsAcquired)
        {
            throw new ProblemException(RateLimits.TooMany(lease));
        }
    }

    public void Dispose() => limiter.Dispose();
}
