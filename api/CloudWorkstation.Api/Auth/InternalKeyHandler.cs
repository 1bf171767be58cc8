using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Auth;

/// <summary>
/// Lets the product's own processes in: they present the installation's internal key, from this host unless configured otherwise, and
/// never through the router.
/// </summary>
public sealed class InternalKeyHandler(InternalKey key, IOptions<ApiSettings> settings) : IAuthenticationHandler
{
    public const string Scheme = "internal";

    private HttpContext context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        this.context = context;
        return Task.CompletedTask;
    }

    public async Task<AuthenticateResult> AuthenticateAsync()
    {
        if (!settings.Value.Internal.Remote && !IsDirectFromThisHost(context))
        {
            return AuthenticateResult.Fail("from elsewhere");
        }

        var header = context.Request.Headers.Authorization;
        return header is [{ } value] && value.StartsWith("Bearer ", StringComparison.Ordinal) && await key.MatchesAsync(value[7..], context.RequestAborted)
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Scheme)), Scheme))
            : AuthenticateResult.Fail("wrong key");
    }

    public Task ChallengeAsync(AuthenticationProperties? properties) =>
        HttpProblem.Of("unauthenticated", "This address is for the product's own processes.").ExecuteAsync(context);

    public Task ForbidAsync(AuthenticationProperties? properties) => HttpProblem.Of("forbidden").ExecuteAsync(context);

    /// <summary>Whatever came through a proxy carries a forwarding header; our own processes connect directly.</summary>
    public static bool IsDirectFromThisHost(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName)
        && !context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName);
}

/// <summary>The installation's internal key, read when first needed.</summary>
public sealed class InternalKey(InternalKeyText key)
{
    private byte[]? hash;

    public async Task<bool> MatchesAsync(string presented, CancellationToken cancellationToken)
    {
        hash ??= await LoadAsync(cancellationToken);
        return hash is not null && CryptographicOperations.FixedTimeEquals(hash, SHA256.HashData(Encoding.UTF8.GetBytes(presented)));
    }

    private async Task<byte[]?> LoadAsync(CancellationToken cancellationToken) =>
        await key.ReadAsync(cancellationToken) is { } text ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : null;
}
