using System.Net.Http.Json;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class SignInTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task Signing_in_sets_two_cookies_that_scripts_cannot_read()
    {
        var user = await host.NewUserAsync();
        using var answer = await SignInAsync(user);
        var body = await answer.ShouldBeAsync(200);
        body["account"]!.Text("userName").ShouldBe(user.Name);
        body.Text("sessionExpiresAt").ShouldEndWith("Z");
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        cookies.Count.ShouldBe(2);
        cookies.ShouldAllBe(c => c.Contains("httponly") && c.Contains("secure"));
        cookies.Single(c => c.StartsWith("cws_session=", StringComparison.Ordinal)).ShouldContain("path=/; secure; samesite=lax");
        cookies.Single(c => c.StartsWith("cws_refresh=", StringComparison.Ordinal)).ShouldContain("path=/auth; secure; samesite=strict");
    }

    [Fact(Timeout = 60_000)]
    public async Task Wrong_name_and_wrong_password_get_the_same_answer()
    {
        var user = await host.NewUserAsync();
        using var client = host.NewClient();
        var one = await (await client.PostAsJsonAsync("/auth/sign-in", new { userName = user.Name, password = "not this one, no" })).ShouldBeProblemAsync(401, "invalid_credentials");
        var two = await (await client.PostAsJsonAsync("/auth/sign-in", new { userName = "nobody-here", password = "not this one, no" })).ShouldBeProblemAsync(401, "invalid_credentials");
        one.Text("detail").ShouldBe(two.Text("detail"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Too_many_wrong_passwords_lock_the_account_and_say_for_how_long()
    {
        var user = await host.NewUserAsync();
        using var client = host.NewClient();
        for (var i = 0; i < 5; i++)
        {
            await client.PostAsJsonAsync("/auth/sign-in", new { userName = user.Name, password = "not this one, no" });
        }

        using var answer = await SignInAsync(user);
        await answer.ShouldBeProblemAsync(429, "locked_out");
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact(Timeout = 60_000)]
    public async Task Refreshing_rotates_both_cookies_and_a_copied_token_ends_the_session()
    {
        var user = await host.NewUserAsync();
        using var signedIn = await SignInAsync(user);
        var refresh = signedIn.Cookie("cws_refresh");
        using var client = host.NewClient();
        using var renewed = await client.SendAsync(Post("/auth/refresh").With("Cookie", refresh));
        await renewed.ShouldBeAsync(200);
        renewed.Cookie("cws_refresh").ShouldNotBe(refresh);
        using var rubbish = await client.SendAsync(Post("/auth/refresh").With("Cookie", "cws_refresh=rubbish"));
        await rubbish.ShouldBeProblemAsync(401, "session_ended");
        rubbish.Cookie("cws_session").ShouldBe("cws_session=");
        rubbish.Cookie("cws_refresh").ShouldBe("cws_refresh=");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_load_with_a_good_refresh_cookie_goes_back_to_the_page()
    {
        var user = await host.NewUserAsync();
        using var signedIn = await SignInAsync(user);
        using var client = host.NewClient();
        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/auth/renew?return=%2Fdesktops%3Fq%3Da%2520b").With("Cookie", signedIn.Cookie("cws_refresh")));
        ((int)answer.StatusCode).ShouldBe(302);
        answer.Headers.Location!.OriginalString.ShouldBe("/desktops?q=a%20b");
        answer.Cookie("cws_session").Length.ShouldBeGreaterThan(100);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_load_without_one_goes_to_the_sign_in_page_and_remembers_the_way()
    {
        using var client = host.NewClient();
        using var answer = await client.GetAsync("/auth/renew?return=%2Fdesktops%3Fq%3D1");
        ((int)answer.StatusCode).ShouldBe(302);
        answer.Headers.Location!.OriginalString.ShouldBe("/sign-in?return=%2Fdesktops%3Fq%3D1");
    }

    [Theory(Timeout = 10_000)]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("/%0d%0aSet-Cookie:x=1\r\n")]
    [InlineData("/..//evil.example/")]
    [InlineData("/.//evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil")]
    [InlineData("")]
    [InlineData("/auth/renew?return=/")]
    [InlineData("/sign-in?return=/")]
    public async Task The_way_back_never_leads_to_another_site(string wanted)
    {
        await Task.Yield();
        ReturnAddress.Sanitize(wanted).ShouldBe("/");
    }

    [Theory(Timeout = 10_000)]
    [InlineData("/", "/")]
    [InlineData("/desktops/abc?x=1#top", "/desktops/abc?x=1#top")]
    [InlineData("/größe", "/gr%C3%B6%C3%9Fe")]
    public async Task A_page_of_this_console_is_kept(string wanted, string kept)
    {
        await Task.Yield();
        ReturnAddress.Sanitize(wanted).ShouldBe(kept);
    }

    [Fact(Timeout = 60_000)]
    public async Task Signing_out_ends_the_session_at_once_and_clears_the_cookies()
    {
        var user = await host.NewUserAsync();
        using var answer = await user.Client.SendAsync(Post("/auth/sign-out"));
        await answer.ShouldBeAsync(204);
        answer.Cookie("cws_session").ShouldBe("cws_session=");
        await (await user.Client.GetAsync("/api/v1/me")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task Signing_out_with_an_expired_session_token_still_ends_the_session()
    {
        var user = await host.NewUserAsync();
        using var signedIn = await SignInAsync(user);
        using var client = host.NewClient();
        await (await client.SendAsync(Post("/auth/sign-out").With("Cookie", signedIn.Cookie("cws_refresh")))).ShouldBeAsync(204);
        await (await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/me").With("Cookie", signedIn.Cookie("cws_session")))).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rest_client_renews_its_token_with_the_refresh_token()
    {
        var user = await host.NewUserAsync();
        using var client = host.NewClient();
        var first = await (await client.PostAsJsonAsync("/auth/token", new { userName = user.Name, password = ApiHost.Password })).ShouldBeAsync(200);
        first["expiresIn"]!.GetValue<int>().ShouldBeInRange(1, 300);
        var second = await (await client.PostAsJsonAsync("/auth/token", new { refreshToken = first.Text("refreshToken") })).ShouldBeAsync(200);
        second.Text("tokenType").ShouldBe("Bearer");
        await (await client.PostAsJsonAsync("/auth/token", new { userName = user.Name })).ShouldBeProblemAsync(422, "invalid");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_can_be_ended_from_afar_by_its_owner_and_not_by_others()
    {
        var (user, other) = (await host.NewUserAsync(), await host.NewUserAsync());
        var session = (await (await user.Client.GetAsync("/api/v1/sessions")).ShouldBeAsync(200))["items"]!.AsArray().Single()!.Text("id");
        await (await other.Client.DeleteAsync("/api/v1/sessions/" + session)).ShouldBeProblemAsync(404, "not_found");
        await (await other.Client.GetAsync("/api/v1/sessions?account=" + user.Id)).ShouldBeProblemAsync(403, "forbidden");
        await (await user.Client.DeleteAsync("/api/v1/sessions/" + session)).ShouldBeAsync(204);
        await (await user.Client.GetAsync("/api/v1/me")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    private async Task<HttpResponseMessage> SignInAsync(TestUser user)
    {
        using var client = host.NewClient();
        return await client.PostAsJsonAsync("/auth/sign-in", new { userName = user.Name, password = ApiHost.Password });
    }

    private static HttpRequestMessage Post(string path) => new(HttpMethod.Post, path);
}
