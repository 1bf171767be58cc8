using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class IdentityTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task A_session_cookie_is_as_good_as_a_bearer_token()
    {
        var user = await host.NewUserAsync();
        using var client = host.NewClient();
        var me = await (await client.SendAsync(Me().With("Cookie", "cws_session=" + user.Token))).ShouldBeAsync(200);
        me.Text("userName").ShouldBe(user.Name);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Bearer rubbish")]
    [InlineData("Bearer ")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.")]
    public async Task A_bad_bearer_token_never_falls_back_to_a_good_cookie(string header)
    {
        var user = await host.NewUserAsync();
        using var client = host.NewClient();
        var request = Me().With("Cookie", "cws_session=" + user.Token).With("Authorization", header);
        await (await client.SendAsync(request)).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task Identity_headers_from_a_client_have_no_effect()
    {
        var user = await host.NewUserAsync();
        var request = Me().With("X-Remote-User", "admin").With("X-Remote-User-Groups", "admin").With("X-Forwarded-User", "admin");
        (await (await user.Client.SendAsync(request)).ShouldBeAsync(200)).Text("userName").ShouldBe(user.Name);
        using var stranger = host.NewClient();
        await (await stranger.SendAsync(Me().With("X-Remote-User", "admin"))).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disabled_account_is_out_with_the_next_request()
    {
        var user = await host.NewUserAsync();
        (await user.Client.GetAsync("/api/v1/me")).EnsureSuccessStatusCode();
        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + user.Id, new { disabled = true })).ShouldBeAsync(200);
        await (await user.Client.GetAsync("/api/v1/me")).ShouldBeProblemAsync(401, "unauthenticated");
        using var client = host.NewClient();
        await (await client.PostAsJsonAsync("/auth/sign-in", new { userName = user.Name, password = ApiHost.Password })).ShouldBeProblemAsync(403, "account_disabled");
        await (await client.PostAsJsonAsync("/auth/sign-in", new { userName = user.Name, password = "not this one, no" })).ShouldBeProblemAsync(401, "invalid_credentials");
    }

    [Fact(Timeout = 60_000)]
    public async Task Until_a_handed_out_password_is_changed_nothing_else_can_be_done()
    {
        var created = await (await host.Admin.Client.PostAsJsonAsync("/api/v1/accounts", new { userName = "newcomer" })).ShouldBeAsync(201);
        var handedOut = created.Text("generatedPassword");
        var user = await host.SignInAsync("newcomer", handedOut);
        await (await user.Client.GetAsync("/api/v1/desktops")).ShouldBeProblemAsync(403, "password_change_required");
        await (await user.Client.GetAsync("/api/v1/nothing-here")).ShouldBeProblemAsync(403, "password_change_required");
        await (await user.Client.PostAsJsonAsync("/api/v1/me/password", new { currentPassword = handedOut, newPassword = "my own passphrase now" })).ShouldBeAsync(204);
        var again = await host.SignInAsync("newcomer", "my own passphrase now");
        await (await again.Client.GetAsync("/api/v1/desktops")).ShouldBeAsync(200);
    }

    [Fact(Timeout = 60_000)]
    public async Task Me_says_who_I_am_what_I_may_and_what_is_left()
    {
        var user = await host.NewUserAsync();
        var me = await (await user.Client.GetAsync("/api/v1/me")).ShouldBeAsync(200);
        me["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["user"]);
        me["mustChangePassword"]!.GetValue<bool>().ShouldBeFalse();
        me["session"]!.Text("expiresAt").ShouldEndWith("Z");
        me["quota"]!.AsArray().Single(q => q!.Text("template") == "single")!["limit"]!.GetValue<int>().ShouldBe(1);
        me.Text("version").ShouldNotBeEmpty();
    }

    private static HttpRequestMessage Me() => new(HttpMethod.Get, "/api/v1/me");
}
