using CloudWorkstation.Manager.Access.Rules;
using System.Net;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

/// <summary>Walks the real endpoint table, so that an endpoint somebody adds tomorrow is held to the same rules.</summary>
public sealed class EndpointGuardTests(ApiHost host)
{
    private static readonly string[] Open =
    [
        "GET /auth/oidc/{name}/", "GET /auth/oidc/{name}/callback", "GET /auth/oidc/{name}/sign-out", "GET /auth/providers", "GET /auth/renew", "GET /health/live", "GET /health/ready",
        "POST /auth/exchange", "POST /auth/oidc/{name}/back-channel-logout", "POST /auth/refresh", "POST /auth/sign-in", "POST /auth/sign-out", "POST /auth/token",
        "GET /auth/registrations", "POST /auth/challenges", "POST /auth/registrations", "POST /auth/registrations/progress", "POST /auth/registrations/verify",
        "POST /auth/password-resets", "POST /auth/password-resets/confirm", "POST /auth/setup",
        "GET /auth/second-factor/", "POST /auth/second-factor/", "POST /auth/second-factor/enrolment",
        "POST /auth/email-changes/confirm", "POST /auth/passkey", "POST /auth/passkey/options", "POST /auth/second-factor/passkey/", "POST /auth/second-factor/passkey/options",
    ];

    private IEnumerable<(string Method, RouteEndpoint Endpoint)> Endpoints =>
        host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(m => (m, e)));

    [Fact(Timeout = 60_000)]
    public async Task Only_sign_in_and_health_are_open()
    {
        await Task.Yield();
        Endpoints.Where(e => e.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => $"{e.Method} {e.Endpoint.RoutePattern.RawText}").Order(StringComparer.Ordinal).ShouldBe(Open.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_token_every_other_endpoint_answers_401()
    {
        using var client = host.NewClient();
        var asked = 0;
        foreach (var (method, endpoint) in Endpoints.Where(e => e.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null && !Is(e.Endpoint, AuthServices.OperationsPolicy)))
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), Fill(endpoint)));
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {endpoint.RoutePattern.RawText}");
            asked++;
        }

        asked.ShouldBeGreaterThan(30);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_endpoint_that_asks_for_a_permission_answers_403_to_who_lacks_it()
    {
        var user = await host.NewUserAsync();
        var asked = 0;
        foreach (var (method, endpoint) in Endpoints.Where(e => Permissions.All.Any(p => p.Name != Permissions.DesktopsUse && Is(e.Endpoint, AuthServices.PolicyOf(p.Name)))))
        {
            using var answer = await user.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), Fill(endpoint)));
            await answer.ShouldBeProblemAsync(403, "forbidden");
            asked++;
        }

        asked.ShouldBeGreaterThanOrEqualTo(18);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_users_token_is_no_internal_key()
    {
        var asked = 0;
        foreach (var (method, endpoint) in Endpoints.Where(e => Is(e.Endpoint, AuthServices.InternalPolicy)))
        {
            using var answer = await host.Admin.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), Fill(endpoint)));
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, endpoint.RoutePattern.RawText);
            asked++;
        }

        asked.ShouldBeGreaterThanOrEqualTo(6);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_address_tells_a_stranger_nothing_and_a_user_404()
    {
        using var stranger = host.NewClient();
        await (await stranger.GetAsync("/api/v1/nothing-here")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await host.Admin.Client.GetAsync("/api/v1/nothing-here")).ShouldBeProblemAsync(404, "not_found");
    }

    private static bool Is(RouteEndpoint endpoint, string policy) => endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy == policy);

    private static string Fill(RouteEndpoint endpoint) => endpoint.RoutePattern.RawText!
        .Replace("{id}", "abcdefghijkl", StringComparison.Ordinal).Replace("{name}", "plain", StringComparison.Ordinal)
        .Replace("{documentName}", "v1", StringComparison.Ordinal);
}
