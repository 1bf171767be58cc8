using System.Net;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Accounts.Bans;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Bans;

/// <summary>Keeps banned addresses and accounts out, and bans an address from which sign-in is refused again and again.</summary>
public sealed class BanMiddleware(RequestDelegate next, IBans bans, IOptions<ApiSettings> settings, TimeProvider time)
{
    private readonly BanSettings rules = settings.Value.Bans;
    private readonly IReadOnlyList<IPNetwork> trusted = NetworkList.Of(settings.Value.Bans.TrustedNetworks) ?? [];
    private readonly TokenBuckets refusals = new(Math.Max(1, settings.Value.Bans.Refusals), Math.Max(1, settings.Value.Bans.Refusals) / (settings.Value.Bans.Window * 60.0), time);

    public async Task InvokeAsync(HttpContext context)
    {
        if (IsMachinery(context.Request.Path))
        {
            await next(context);
            return;
        }

        var ban = await bans.OfAddressAsync(context.Connection.RemoteIpAddress, context.RequestAborted)
            ?? (Caller.Of(context) is { } caller ? await bans.OfAccountAsync(caller.Actor.AccountId, context.RequestAborted) : null);
        if (ban is not null)
        {
            await HttpProblem.Of("banned").RetryIn(ban.ExpiresAt - time.GetUtcNow()).ExecuteAsync(context);
            return;
        }

        await next(context);
        if (IsRefusedSignIn(context))
        {
            await CountAsync(context.Connection.RemoteIpAddress);
        }
    }

    private static bool IsMachinery(PathString path) =>
        path.StartsWithSegments("/internal", StringComparison.Ordinal) || path.StartsWithSegments("/health", StringComparison.Ordinal) || path.StartsWithSegments("/metrics", StringComparison.Ordinal);

    private static bool IsRefusedSignIn(HttpContext context) =>
        context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests
        && context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is { PolicyName: RateLimits.SignIn };

    private async Task CountAsync(IPAddress? address)
    {
        if (rules.Refusals == 0 || address is null || IPAddress.IsLoopback(address))
        {
            return;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (!trusted.Any(n => n.Contains(plain)) && refusals.TryTake(plain.ToString()) is not null)
        {
            // The answer is given; what is left to do is not the client's to cancel.
            await bans.AddAsync(Actor.System, new NewBan(null, plain.ToString(), "Sign-in was refused too often from this address.", rules.Minutes), CancellationToken.None);
        }
    }
}
