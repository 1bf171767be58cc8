using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class SecondFactorTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task A_browser_carries_the_challenge_as_a_cookie_and_gets_a_session_for_a_code()
    {
        var (user, app) = await EnrolledAsync();
        using var client = host.NewClient();

        using var first = await client.PostAsJsonAsync("/auth/sign-in", new { userName = user.Name, password = ApiHost.Password });
        var problem = await first.ShouldBeProblemAsync(403, "second_factor_required");
        problem["mustEnrol"]!.GetValue<bool>().ShouldBeFalse();
        problem["challenge"].ShouldBeNull();
        var set = first.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        set.ShouldContain("path=/auth; secure; samesite=strict; httponly");

        var cookie = first.Cookie("cws_challenge");
        using var waiting = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/auth/second-factor").With("Cookie", cookie));
        (await waiting.ShouldBeAsync(200)).Text("userName").ShouldBe(user.Name);

        using var second = await client.SendAsync(Post("/auth/second-factor", new { code = app.Code }).With("Cookie", cookie));
        var body = await second.ShouldBeAsync(200);
        body["account"]!.Text("userName").ShouldBe(user.Name);
        body["tokens"].ShouldBeNull();
        second.Cookie("cws_session").Length.ShouldBeGreaterThan(100);
        second.Cookie("cws_challenge").ShouldBe("cws_challenge=");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_sends_the_challenge_back_and_gets_tokens()
    {
        var (user, app) = await EnrolledAsync();
        using var client = host.NewClient();

        using var first = await client.PostAsJsonAsync("/auth/token", new { userName = user.Name, password = ApiHost.Password });
        var challenge = (await first.ShouldBeProblemAsync(403, "second_factor_required")).Text("challenge");
        first.Headers.Contains("Set-Cookie").ShouldBeFalse();
        using var second = await client.PostAsJsonAsync("/auth/second-factor", new { challenge, code = app.Code });

        var token = (await second.ShouldBeAsync(200))["tokens"]!.Text("accessToken");
        second.Headers.Contains("Set-Cookie").ShouldBeFalse();
        using var me = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/me").With("Authorization", "Bearer " + token));
        (await me.ShouldBeAsync(200)).Text("userName").ShouldBe(user.Name);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_code_says_so_and_the_challenge_stays()
    {
        var (user, app) = await EnrolledAsync();
        using var client = host.NewClient();
        var challenge = await ChallengeAsync(client, user);
        var code = app.Code;

        using var wrong = await client.PostAsJsonAsync("/auth/second-factor", new { challenge, code = "000000" });
        await wrong.ShouldBeProblemAsync(422, "invalid_code");
        using var made = await client.PostAsJsonAsync("/auth/second-factor", new { challenge = "cwsf_rubbish", code });
        await made.ShouldBeProblemAsync(401, "challenge_ended");
        using var right = await client.PostAsJsonAsync("/auth/second-factor", new { challenge, code });
        await right.ShouldBeAsync(200);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_recovery_code_signs_in_and_is_used_up()
    {
        var (user, app) = await EnrolledAsync();
        using var client = host.NewClient();

        using var first = await client.PostAsJsonAsync("/auth/second-factor", new { challenge = await ChallengeAsync(client, user), code = app.RecoveryCodes[0] });
        await first.ShouldBeAsync(200);
        using var again = await client.PostAsJsonAsync("/auth/second-factor", new { challenge = await ChallengeAsync(client, user), code = app.RecoveryCodes[0] });
        await again.ShouldBeProblemAsync(422, "invalid_code");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_app_gets_a_picture_and_the_same_to_type()
    {
        var user = await host.NewUserAsync();

        using var begun = await user.Client.PostAsync("/api/v1/me/second-factor/enrolment", null);
        var body = await begun.ShouldBeAsync(200);

        body.Text("uri").ShouldStartWith($"otpauth://totp/CloudWorkstation%3A{user.Name}%40");
        body.Text("uri").ShouldContain("secret=" + body.Text("secret"));
        body.Text("qr").ShouldStartWith("<svg");
        body.Text("qr").ShouldNotContain("<script");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_administrator_sees_and_resets_a_factor()
    {
        var (user, _) = await EnrolledAsync();

        using var seen = await host.Admin.Client.GetAsync("/api/v1/accounts/" + user.Id);
        (await seen.ShouldBeAsync(200))["secondFactor"]!.GetValue<bool>().ShouldBeTrue();
        using var reset = await host.Admin.Client.DeleteAsync($"/api/v1/accounts/{user.Id}/second-factor");
        await reset.ShouldBeAsync(204);
        using var again = await host.Admin.Client.DeleteAsync($"/api/v1/accounts/{user.Id}/second-factor");
        await again.ShouldBeProblemAsync(409, "no_second_factor");

        (await host.SignInAsync(user.Name, ApiHost.Password)).Id.ShouldBe(user.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task Switching_off_needs_password_and_code()
    {
        var (user, app) = await EnrolledAsync();
        var code = app.Code;

        using var wrong = await user.Client.PostAsJsonAsync("/api/v1/me/second-factor/removal", new { password = "not this one, no", code });
        await wrong.ShouldBeProblemAsync(422, "invalid");
        using var off = await user.Client.PostAsJsonAsync("/api/v1/me/second-factor/removal", new { password = ApiHost.Password, code });
        await off.ShouldBeAsync(204);
        using var now = await user.Client.GetAsync("/api/v1/me/second-factor");
        (await now.ShouldBeAsync(200))["enabled"]!.GetValue<bool>().ShouldBeFalse();
    }

    private static HttpRequestMessage Post(string path, object body) => new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };

    private static async Task<string> ChallengeAsync(HttpClient client, TestUser user)
    {
        using var answer = await client.PostAsJsonAsync("/auth/token", new { userName = user.Name, password = ApiHost.Password });
        return (await answer.ShouldBeProblemAsync(403, "second_factor_required")).Text("challenge");
    }

    private async Task<(TestUser User, AuthenticatorApp App)> EnrolledAsync()
    {
        var user = await host.NewUserAsync();
        return (user, await AuthenticatorApp.EnrolAsync(user.Client));
    }
}
