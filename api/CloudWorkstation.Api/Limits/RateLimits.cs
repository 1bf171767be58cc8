using CloudWorkstation.Api.Problems;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Limits;

/// <summary>How many requests are let through: generous for a session, tight for sign-in.</summary>
public static class RateLimits
{
    /// <summary>Endpoints that name it in <c>RequireRateLimiting</c> are also counted by the caller's address.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Endpoints that name it set something in motion, and are also counted by the caller's account.</summary>
    public const string Operations = "operations";

    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services.AddSingleton<SignInGuard>();

    public static HttpProblem TooMany(TimeSpan wait) => HttpProblem.Of("rate_limited").RetryIn(wait);

    public static TokenBuckets PerMinute(int permits, TimeProvider time) => new(permits, permits / 60.0, time);

    public static TokenBuckets PerHour(int permits, TimeProvider time) => new(permits, permits / 3600.0, time);

    public static TokenBuckets PerSecond(int permits, TimeProvider time) => new(permits * 10, permits, time);
}

/// <summary>Sign-ins for one user name, whatever addresses they come from.</summary>
public sealed class SignInGuard(IOptions<ApiSettings> settings, TimeProvider time)
{
    private const int LongestName = 64;

    private readonly TokenBuckets names = RateLimits.PerMinute(settings.Value.Rate.SignInPerAccount, time);

    /// <exception cref="ProblemException">Too many for this name.</exception>
    public void Enter(string userName)
    {
        var name = userName.Length <= LongestName ? userName.ToLowerInvariant() : "";
        if (names.TryTake(name) is { } wait)
        {
            throw new ProblemException(RateLimits.TooMany(wait));
        }
    }
}
