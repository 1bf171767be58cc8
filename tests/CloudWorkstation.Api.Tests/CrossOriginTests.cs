using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class CrossOriginTests(ApiHost host)
{
    private const string Own = "http://127.0.0.1:8080";

    [Theory(Timeout = 60_000)]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:8081")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_change_that_another_sites_page_asks_for_is_refused(string header, string value)
    {
        var user = await host.NewUserAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/desktops").Body("""{"template":"plain","name":"x"}""").With(header, value);
        await (await user.Client.SendAsync(request)).ShouldBeProblemAsync(403, "cross_origin");
        using var stranger = host.NewClient();
        var signIn = new HttpRequestMessage(HttpMethod.Post, "/auth/sign-in").Body("""{"userName":"x","password":"y"}""").With(header, value);
        await (await stranger.SendAsync(signIn)).ShouldBeProblemAsync(403, "cross_origin");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_consoles_own_pages_and_rest_clients_may_change_things()
    {
        var user = await host.NewUserAsync();
        var own = new HttpRequestMessage(HttpMethod.Post, "/api/v1/desktops").Body("""{"template":"plain","name":"x"}""").With("Origin", Own).With("Sec-Fetch-Site", "same-origin");
        await (await user.Client.SendAsync(own)).ShouldBeAsync(202);
        await user.CreateDesktopAsync("y");
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_allows_another_site_to_read_an_answer()
    {
        using var answer = await host.Admin.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/me").With("Origin", "https://evil.example"));
        answer.Headers.ShouldNotContain(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.Server.ShouldBeEmpty();
    }
}
