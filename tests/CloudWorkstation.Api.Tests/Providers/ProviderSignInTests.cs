using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>Signing in with real providers, and everything that must not work with them.</summary>
[Collection(ProviderTests.Name)]
public sealed class ProviderSignInTests(ProviderHost host)
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("company")]
    [InlineData("school")]
    public async Task Somebody_signs_in_and_is_who_the_provider_says_with_groups(string provider)
    {
        using var alice = new Visitor(host);

        (await alice.SignInAsync(provider, "alice", "/desktops?q=a%20b")).ShouldBe("/desktops?q=a%20b");

        var me = await alice.MeAsync();
        me.Text("displayName").ShouldBe("Alice Adams");
        me["groups"]!.AsArray().Select(g => g!.GetValue<string>()).ShouldBe(["engineering", "staff"]);
        me["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["user"]);
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_person_gets_the_same_account_again_and_another_one_at_another_provider()
    {
        using var first = new Visitor(host);
        using var again = new Visitor(host);
        using var elsewhere = new Visitor(host);

        await first.SignInAsync("company", "bob");
        await again.SignInAsync("company", "bob");
        await elsewhere.SignInAsync("school", "bob");

        var id = (await first.MeAsync()).Text("id");
        (await again.MeAsync()).Text("id").ShouldBe(id);
        (await elsewhere.MeAsync()).Text("id").ShouldNotBe(id);
    }

    [Fact(Timeout = Limit)]
    public async Task The_request_has_pkce_state_nonce_and_the_exact_redirect_uri()
    {
        using var visitor = new Visitor(host);

        var address = await visitor.LeaveAsync("company");

        Visitor.Parameter(address, "response_type").ShouldBe("code");
        Visitor.Parameter(address, "code_challenge_method").ShouldBe("S256");
        Visitor.Parameter(address, "redirect_uri").ShouldBe("http://127.0.0.1:8080/auth/oidc/company/callback");
        foreach (var parameter in new[] { "code_challenge", "state", "nonce" })
        {
            Visitor.Parameter(address, parameter).Length.ShouldBe(43, parameter);
            visitor.Cookies["cws_trip"].ShouldNotContain(Visitor.Parameter(address, parameter));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task The_trips_cookie_goes_to_one_providers_callback_alone_and_no_script_reads_it()
    {
        using var client = host.NewClient();

        using var answer = await client.GetAsync("/auth/oidc/company");

        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("path=/auth/oidc/company/callback; secure; samesite=lax; httponly");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_forged_state_is_refused()
    {
        using var visitor = new Visitor(host);
        var callback = await visitor.UntilCallbackAsync("company", "alice");

        await ShouldBeRefusedAsync(visitor, callback.Replace(Visitor.Parameter(callback, "state"), new string('a', 43), StringComparison.Ordinal), "sign_in_expired");
    }

    [Fact(Timeout = Limit)]
    public async Task An_answer_without_the_browser_that_asked_is_refused()
    {
        using var attacker = new Visitor(host);
        using var victim = new Visitor(host);
        var callback = await attacker.UntilCallbackAsync("company", "alice");

        await ShouldBeRefusedAsync(victim, callback, "sign_in_expired");
        await victim.LeaveAsync("company");
        await ShouldBeRefusedAsync(victim, callback, "sign_in_expired");
    }

    [Fact(Timeout = Limit)]
    public async Task A_replayed_code_is_refused()
    {
        using var thief = new Visitor(host);
        using var alice = new Visitor(host);
        var callback = await alice.UntilCallbackAsync("company", "alice");
        thief.Take("cws_trip", alice);
        await alice.OpenAsync(callback);

        await ShouldBeRefusedAsync(thief, callback, "provider_refused");
        await ShouldBeRefusedAsync(new Visitor(host), callback, "sign_in_expired");
    }

    [Fact(Timeout = Limit)]
    public async Task Somebody_elses_code_does_not_go_with_ones_own_state()
    {
        using var attacker = new Visitor(host);
        using var victim = new Visitor(host);
        var stolen = await victim.UntilCallbackAsync("company", "alice");
        var own = await attacker.UntilCallbackAsync("company", "bob");

        // PKCE: the code belongs to the victim's verifier.
        await ShouldBeRefusedAsync(attacker, own.Replace(Visitor.Parameter(own, "code"), Visitor.Parameter(stolen, "code"), StringComparison.Ordinal), "provider_refused");
    }

    [Fact(Timeout = Limit)]
    public async Task Mixed_up_providers_are_refused()
    {
        using var visitor = new Visitor(host);
        var callback = await visitor.UntilCallbackAsync("company", "alice");

        await ShouldBeRefusedAsync(visitor, callback.Replace("/company/", "/school/", StringComparison.Ordinal), "sign_in_expired");
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_names_another_issuer_or_none_is_refused(bool another)
    {
        using var visitor = new Visitor(host);
        var callback = await visitor.UntilCallbackAsync("company", "alice");
        var issuer = Uri.EscapeDataString(host.Company.IssuerText);
        callback.ShouldContain("&iss=" + issuer);

        var changed = another ? callback.Replace(issuer, Uri.EscapeDataString(host.School.IssuerText), StringComparison.Ordinal) : callback.Replace("&iss=" + issuer, "", StringComparison.Ordinal);

        await ShouldBeRefusedAsync(visitor, changed, "provider_refused");
    }

    [Fact(Timeout = Limit)]
    public async Task Parameters_that_stand_there_twice_are_refused()
    {
        using var visitor = new Visitor(host);
        var callback = await visitor.UntilCallbackAsync("company", "alice");

        await ShouldBeRefusedAsync(visitor, callback + "&state=" + Visitor.Parameter(callback, "state"), "sign_in_expired");
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_at_the_provider_leads_back_to_the_sign_in_page()
    {
        using var visitor = new Visitor(host);
        var callback = await visitor.AtProviderAsync(await visitor.LeaveAsync("company"), null);

        await ShouldBeRefusedAsync(visitor, callback, "provider_denied");
    }

    [Fact(Timeout = Limit)]
    public async Task New_keys_of_the_provider_are_fetched_when_a_token_names_one()
    {
        using var before = new Visitor(host);
        using var after = new Visitor(host);
        (await before.SignInAsync("school", "alice")).ShouldBe("/desktops");

        await host.School.RotateKeysAsync(CancellationToken.None);

        (await after.SignInAsync("school", "alice")).ShouldBe("/desktops");
    }

    [Theory(Timeout = Limit)]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/auth/oidc/company")]
    public async Task The_way_back_never_leaves_the_console(string destination)
    {
        using var visitor = new Visitor(host);

        (await visitor.SignInAsync("company", "alice", destination)).ShouldBe("/");
    }

    [Fact(Timeout = Limit)]
    public async Task A_provider_that_nobody_set_up_is_unknown_and_its_name_is_not_repeated()
    {
        using var visitor = new Visitor(host);

        (await visitor.OpenAsync("/auth/oidc/nobody")).ShouldBe("/sign-in?error=unknown_provider");
        (await visitor.OpenAsync("/auth/oidc/a%3B%20Domain%3Devil.example/callback?code=x")).ShouldBe("/sign-in?error=unknown_provider");
        visitor.Cookies.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_provider_that_is_switched_off_is_neither_offered_nor_used()
    {
        await host.SetAsync(ProviderHost.Oidc("off", host.Company.IssuerText, "x").With("enabled", false));
        using var visitor = new Visitor(host);
        using var client = host.NewClient();

        var offers = (await client.GetFromJsonAsync<JsonNode>("/auth/providers"))!["providers"]!.AsArray().Select(p => p!.Text("name")).ToList();

        offers.ShouldContain("company");
        offers.ShouldNotContain("off");
        (await visitor.OpenAsync("/auth/oidc/off")).ShouldBe("/sign-in?error=unknown_provider");
    }

    [Fact(Timeout = Limit)]
    public async Task The_sign_in_page_is_told_names_titles_and_addresses()
    {
        using var client = host.NewClient();

        var school = (await client.GetFromJsonAsync<JsonNode>("/auth/providers"))!["providers"]!.AsArray().Single(p => p!.Text("name") == "school")!;

        school.Text("title").ShouldBe("The school");
        school.Text("url").ShouldBe("/auth/oidc/school");
        school.AsObject().Count.ShouldBe(3);
    }

    [Fact(Timeout = Limit)]
    public async Task A_provider_that_is_down_gives_a_word_for_the_sign_in_page()
    {
        await host.SetAsync(ProviderHost.Oidc("down", "http://127.0.0.1:9", "x"));
        using var visitor = new Visitor(host);

        (await visitor.OpenAsync("/auth/oidc/down")).ShouldBe("/sign-in?error=provider_unavailable&provider=down");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_admitted_domains_with_a_verified_address_come_in()
    {
        await host.SetAsync(Limited("domains").With("allowedDomains", new JsonArray("company.example")));
        using var alice = new Visitor(host);
        using var bob = new Visitor(host);
        using var carol = new Visitor(host);

        (await alice.SignInAsync("domains", "alice")).ShouldBe("/desktops");
        (await bob.SignInAsync("domains", "bob")).ShouldBe("/sign-in?error=not_admitted&provider=domains");
        (await carol.SignInAsync("domains", "carol")).ShouldBe("/sign-in?error=not_admitted&provider=domains");
        bob.IsSignedIn.ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Only_admitted_groups_come_in()
    {
        await host.SetAsync(Limited("groups").With("allowedGroups", new JsonArray("engineering")));
        using var alice = new Visitor(host);
        using var bob = new Visitor(host);

        (await alice.SignInAsync("groups", "alice")).ShouldBe("/desktops");
        (await bob.SignInAsync("groups", "bob")).ShouldBe("/sign-in?error=not_admitted&provider=groups");
    }

    [Fact(Timeout = Limit)]
    public async Task A_disabled_account_does_not_come_in()
    {
        using var carol = new Visitor(host);
        using var again = new Visitor(host);
        await carol.SignInAsync("company", "carol");
        var id = (await carol.MeAsync()).Text("id");
        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + id, new { disabled = true })).ShouldBeAsync(200);

        (await again.SignInAsync("company", "carol")).ShouldBe("/sign-in?error=account_disabled&provider=company");

        again.IsSignedIn.ShouldBeFalse();
        (await carol.IsLetInAsync()).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_factor_is_asked_for_after_the_provider_and_before_a_session()
    {
        await (await host.Admin.Client.PutAsJsonAsync("/api/v1/settings/sign-in", new { requireSecondFactorGroups = new[] { "engineering" } })).ShouldBeAsync(200);
        using var alice = new Visitor(host);
        using var bob = new Visitor(host);
        try
        {
            (await alice.SignInAsync("company", "alice")).ShouldBe("/sign-in/second-factor?return=%2Fdesktops");
            (await bob.SignInAsync("company", "bob")).ShouldBe("/desktops");
        }
        finally
        {
            await (await host.Admin.Client.PutAsJsonAsync("/api/v1/settings/sign-in", new { })).ShouldBeAsync(200);
        }

        alice.IsSignedIn.ShouldBeFalse();
        alice.Cookies["cws_challenge"].ShouldNotBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Somebody_from_outside_has_no_password_here()
    {
        using var alice = new Visitor(host);
        await alice.SignInAsync("school", "alice");

        (await alice.MeAsync())["hasPassword"]!.GetValue<bool>().ShouldBeFalse();
        (await (await host.Admin.Client.GetAsync("/api/v1/me")).ShouldBeAsync(200))["hasPassword"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Sign_ins_and_refusals_are_in_the_audit_trail()
    {
        using var alice = new Visitor(host);
        var callback = await alice.UntilCallbackAsync("company", "alice");
        await alice.OpenAsync(callback.Replace("state=", "state=x", StringComparison.Ordinal));
        await alice.SignInAsync("company", "alice");

        await UntilRecordedAsync("accepted oidc:company");
        await UntilRecordedAsync("refused oidc:company: sign_in_expired");
    }

    /// <summary>The school under a further name, which it knows a redirect URI for.</summary>
    private ProviderJson Limited(string name) => ProviderHost.Oidc(name, host.School.IssuerText, null);

    /// <summary>The trail is a list, which may be a moment behind.</summary>
    private async Task UntilRecordedAsync(string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        while (!(await host.Admin.Client.GetFromJsonAsync<JsonNode>("/api/v1/audit?limit=200", limit.Token))!["items"]!.AsArray()
            .Any(e => e!.Text("action") == "session.sign-in" && $"{e!.Text("result")} {e!["detail"]?.GetValue<string>()}".StartsWith(what, StringComparison.Ordinal)))
        {
            await Task.Delay(100, limit.Token);
        }
    }

    private static async Task ShouldBeRefusedAsync(Visitor visitor, string callback, string code)
    {
        (await visitor.OpenAsync(callback)).ShouldBe($"/sign-in?error={code}&provider={callback.Split('/')[3]}");
        visitor.IsSignedIn.ShouldBeFalse();
    }
}
