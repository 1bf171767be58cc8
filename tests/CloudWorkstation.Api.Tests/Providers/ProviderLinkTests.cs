using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>Linking an account that exists with somebody at a real provider.</summary>
[Collection(ProviderTests.Name)]
public sealed class ProviderLinkTests(ProviderHost host)
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task An_account_is_linked_by_its_owner_signed_in_at_both_and_unlinked_again()
    {
        var user = await host.NewUserAsync();
        await host.SetAsync(ProviderHost.Oidc("linking", host.School.IssuerText, null));
        using var owner = new Visitor(host);
        await owner.EnterAsync(user.Name, ApiHost.Password);

        var at = await LinkAsync(owner, "linking", "alice");

        at.ShouldBe("/account?linked=linking");
        using var visitor = new Visitor(host);
        await visitor.SignInAsync("linking", "alice");
        (await visitor.MeAsync()).Text("id").ShouldBe(user.Id);
        (await visitor.MeAsync()).Text("userName").ShouldBe(user.Name);
        (await visitor.MeAsync())["groups"]!.AsArray().Count.ShouldBe(2);

        await (await owner.SendAsync(HttpMethod.Delete, "/api/v1/me/identities/linking")).ShouldBeAsync(204);
        (await visitor.IsLetInAsync()).ShouldBeFalse("what the provider began has ended");
        (await owner.MeAsync())["groups"]!.AsArray().ShouldBeEmpty();
        using var stranger = new Visitor(host);
        await stranger.SignInAsync("linking", "alice");
        (await stranger.MeAsync()).Text("id").ShouldNotBe(user.Id);
        await host.RemoveAsync("linking");
    }

    [Fact(Timeout = Limit)]
    public async Task Who_belongs_to_another_account_cannot_be_linked_and_an_equal_name_or_address_links_nobody()
    {
        using var other = new Visitor(host);
        await other.SignInAsync("company", "bob");
        var bob = (await other.MeAsync()).Text("id");
        var user = await host.NewUserAsync();
        using var owner = new Visitor(host);
        await owner.EnterAsync(user.Name, ApiHost.Password);

        (await LinkAsync(owner, "company", "bob")).ShouldBe("/account?error=identity_taken&provider=company");

        await other.SignInAsync("company", "bob");
        (await other.MeAsync()).Text("id").ShouldBe(bob);
    }

    [Fact(Timeout = Limit)]
    public async Task Another_browsers_way_back_links_nothing()
    {
        var user = await host.NewUserAsync();
        using var victim = new Visitor(host);
        await victim.EnterAsync(user.Name, ApiHost.Password);
        using var attacker = new Visitor(host);
        await attacker.EnterAsync((await host.NewUserAsync()).Name, ApiHost.Password);
        var theirs = await attacker.AtProviderAsync(await BeginAsync(attacker, "company"), "carol");

        // The attacker's address, opened by the victim: their browser has not asked for it.
        (await victim.OpenAsync(theirs)).ShouldBe("/sign-in?error=sign_in_expired&provider=company");

        await BeginAsync(victim, "company");
        (await victim.OpenAsync(theirs)).ShouldBe("/sign-in?error=sign_in_expired&provider=company");
        (await Mine(victim))["linked"]!.AsArray().ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_session_that_ended_meanwhile_links_nothing()
    {
        var user = await host.NewUserAsync();
        using var owner = new Visitor(host);
        await owner.EnterAsync(user.Name, ApiHost.Password);
        var back = await owner.AtProviderAsync(await BeginAsync(owner, "company"), "carol");
        await owner.SendAsync(HttpMethod.Post, "/auth/sign-out");

        (await owner.OpenAsync(back)).ShouldBe("/account?error=session_ended&provider=company");
    }

    [Fact(Timeout = Limit)]
    public async Task The_last_way_in_stays()
    {
        using var visitor = new Visitor(host);
        await visitor.SignInAsync("company", "alice");

        using var answer = await visitor.SendAsync(HttpMethod.Delete, "/api/v1/me/identities/company");

        await answer.ShouldBeProblemAsync(409, "last_way_in");
        (await Mine(visitor))["linked"]![0]!["removable"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_provider_that_is_set_up_again_with_another_issuer_gets_into_nobodys_account()
    {
        await host.SetAsync(ProviderHost.Oidc("again", host.School.IssuerText, null));
        using var before = new Visitor(host);
        await before.SignInAsync("again", "alice");
        var account = (await before.MeAsync()).Text("id");
        await using var evil = await host.AnotherAsync("again");

        await host.SetAsync(ProviderHost.Oidc("again", evil.IssuerText, null));
        using var impostor = new Visitor(host);
        await impostor.SignInAsync("again", "alice");
        (await impostor.MeAsync()).Text("id").ShouldNotBe(account);

        await host.SetAsync(ProviderHost.Oidc("again", host.School.IssuerText, null));
        using var after = new Visitor(host);
        await after.SignInAsync("again", "alice");
        (await after.MeAsync()).Text("id").ShouldBe(account);
        await host.RemoveAsync("again");
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> Mine(Visitor visitor) => await (await visitor.SendAsync(HttpMethod.Get, "/api/v1/me/identities")).ShouldBeAsync(200);

    private static async Task<string> BeginAsync(Visitor visitor, string provider)
    {
        using var answer = await visitor.SendAsync(HttpMethod.Post, "/api/v1/me/identities/" + provider);
        var address = (await answer.ShouldBeAsync(200)).Text("continueAt");
        address.ShouldContain("prompt=login");
        return address;
    }

    private static async Task<string> LinkAsync(Visitor visitor, string provider, string person) =>
        await visitor.OpenAsync(await visitor.AtProviderAsync(await BeginAsync(visitor, provider), person));
}
