using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>Signing out here and there, with a real provider.</summary>
[Collection(ProviderTests.Name)]
public sealed class ProviderSignOutTests(ProviderHost host)
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("company")]
    [InlineData("school")]
    public async Task Signing_out_here_leads_to_the_providers_sign_out_and_back(string provider)
    {
        using var alice = new Visitor(host);
        await alice.SignInAsync(provider, "alice");

        var answer = await (await alice.SendAsync(HttpMethod.Post, "/auth/sign-out")).ShouldBeAsync(200);
        var address = await alice.OpenAsync(answer.Text("continueAt"));

        answer.Text("continueAt").ShouldBe($"/auth/oidc/{provider}/sign-out");
        answer.ToJsonString().ShouldNotContain("token");
        Visitor.Parameter(address, "id_token_hint").Split('.').Length.ShouldBe(3);
        Visitor.Parameter(address, "post_logout_redirect_uri").ShouldBe("http://127.0.0.1:8080/sign-in");
        (await alice.SignOutAtProviderAsync(address)).ShouldBe("http://127.0.0.1:8080/sign-in");

        // The provider asks who it is again.
        (await alice.AtProviderAsync(await alice.LeaveAsync(provider), "bob")).ShouldStartWith($"/auth/oidc/{provider}/callback?code=");
    }

    [Fact(Timeout = Limit)]
    public async Task Who_has_just_signed_out_nowhere_is_led_to_the_sign_in_page()
    {
        using var stranger = new Visitor(host);
        using var alice = new Visitor(host);
        await alice.SignInAsync("company", "alice");
        await alice.SendAsync(HttpMethod.Post, "/auth/sign-out");

        (await stranger.OpenAsync("/auth/oidc/company/sign-out")).ShouldBe("/sign-in");
        stranger.Take("cws_farewell", alice);
        (await stranger.OpenAsync("/auth/oidc/school/sign-out")).ShouldBe("/sign-in");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_the_wish_to_sign_out_there_signing_out_ends_here()
    {
        await host.SetAsync(ProviderHost.Oidc("groups", host.School.IssuerText, null).With("signOutAtProvider", false));
        using var alice = new Visitor(host);
        await alice.SignInAsync("groups", "alice");

        await (await alice.SendAsync(HttpMethod.Post, "/auth/sign-out")).ShouldBeAsync(204);
    }

    [Fact(Timeout = Limit)]
    public async Task Signing_out_at_the_provider_ends_that_session_here_and_no_other()
    {
        using var office = new Visitor(host);
        using var home = new Visitor(host);
        using var before = new Visitor(host);
        await office.SignInAsync("company", "bob");
        await home.SignInAsync("company", "bob");

        // A second session of ours in the same one of the provider's.
        before.Take("cws_session", office);
        await office.SignInAsync("company", "bob");

        // At a page of the provider's own: we are not asked.
        await office.EndAtProviderAsync(new Uri(host.Company.Issuer, "/session/end"));

        await UntilAsync(async () => !await office.IsLetInAsync() && !await before.IsLetInAsync());
        (await home.IsLetInAsync()).ShouldBeTrue();
    }

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await happened())
        {
            await Task.Delay(100, limit.Token);
        }
    }
}
