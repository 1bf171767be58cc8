using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>What browsers are kept from doing, and what somebody cannot slip to somebody else.</summary>
public sealed class HardeningTests(ApiHost host)
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_session_that_was_brought_along_is_not_the_one_that_a_sign_in_begins()
    {
        var (attacker, victim) = (await host.NewUserAsync(), await host.NewUserAsync());
        using var client = host.NewClient();
        using var signedIn = await client.SendAsync(SignIn(victim.Name).With("Cookie", $"cws_session={attacker.Token}; cws_refresh=brought.along"));
        await signedIn.ShouldBeAsync(200);
        var session = signedIn.Cookie("cws_session")["cws_session=".Length..];

        session.ShouldNotBe(attacker.Token);
        (await MeAsync(session)).ShouldBe(victim.Name);
        (await MeAsync(attacker.Token)).ShouldBe(attacker.Name);
    }

    [Theory(Timeout = Limit)]
    [InlineData("/api/v1/me")]
    [InlineData("/auth/sign-in")]
    [InlineData("/api/v1/desktops")]
    public async Task No_origin_is_let_in_by_a_preflight(string path)
    {
        using var client = host.NewClient();
        var request = new HttpRequestMessage(HttpMethod.Options, path).With("Origin", "https://evil.example").With("Access-Control-Request-Method", "POST").With("Access-Control-Request-Headers", "authorization");
        using var answer = await client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBeOneOf(401, 404, 405);
        answer.Headers.ShouldNotContain(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact(Timeout = Limit)]
    public async Task No_policy_of_ours_lets_an_inline_script_run()
    {
        await Task.Yield();
        string[] policies = [SecurityHeaders.ApiPolicy, SecurityHeaders.SwaggerPolicy];

        foreach (var policy in policies)
        {
            var scripts = policy.Split(';', StringSplitOptions.TrimEntries).FirstOrDefault(p => p.StartsWith("script-src", StringComparison.Ordinal)) ?? "script-src 'none'";
            scripts.ShouldNotContain("unsafe");
            policy.ShouldContain("default-src 'none'");
            policy.ShouldContain("frame-ancestors 'none'");
        }
    }

    private static HttpRequestMessage SignIn(string userName) =>
        new HttpRequestMessage(HttpMethod.Post, "/auth/sign-in").Body($$"""{"userName":"{{userName}}","password":"{{ApiHost.Password}}"}""");

    private async Task<string> MeAsync(string token)
    {
        using var client = host.NewClient();
        var me = await (await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/me").With("Cookie", "cws_session=" + token))).ShouldBeAsync(200);
        return me.Text("userName");
    }
}
