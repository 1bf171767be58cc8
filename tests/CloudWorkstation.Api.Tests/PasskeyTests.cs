using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Tests;

namespace CloudWorkstation.Api.Tests;

/// <summary>Passkeys by HTTP, at an installation that has a name.</summary>
public sealed class PasskeyTests(PasskeyTests.Host host) : IClassFixture<PasskeyTests.Host>
{
    private const string Origin = "http://localhost:8080";

    [Fact(Timeout = 60_000)]
    public async Task A_browser_signs_in_with_a_passkey_and_gets_its_cookies()
    {
        var (user, key) = await WithKeyAsync();
        using var client = host.NewClient();

        using var begun = await client.PostAsync("/auth/passkey/options", null);
        var set = begun.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        set.ShouldContain("path=/auth; secure; samesite=strict; httponly");
        using var answer = await client.SendAsync(Post("/auth/passkey", Answer(key, await begun.ShouldBeAsync(200))).With("Cookie", begun.Cookie("cws_passkey")));

        (await answer.ShouldBeAsync(200))["account"]!.Text("userName").ShouldBe(user.Name);
        answer.Cookie("cws_session").Length.ShouldBeGreaterThan(100);
        answer.Cookie("cws_passkey").ShouldBe("cws_passkey=");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_recorded_answer_signs_nobody_in_with_or_without_its_cookie()
    {
        var (_, key) = await WithKeyAsync();
        using var client = host.NewClient();
        using var begun = await client.PostAsync("/auth/passkey/options", null);
        var recorded = Answer(key, await begun.ShouldBeAsync(200));
        var cookie = begun.Cookie("cws_passkey");
        using var first = await client.SendAsync(Post("/auth/passkey", recorded).With("Cookie", cookie));
        await first.ShouldBeAsync(200);

        using var replayed = await client.SendAsync(Post("/auth/passkey", recorded).With("Cookie", cookie));
        await replayed.ShouldBeProblemAsync(401, "passkey_refused");
        replayed.Headers.GetValues("Set-Cookie").ShouldAllBe(c => !c.StartsWith("cws_session=", StringComparison.Ordinal));
        using var bare = await client.SendAsync(Post("/auth/passkey", recorded));
        await bare.ShouldBeProblemAsync(401, "passkey_refused");
        using var fresh = await client.PostAsync("/auth/passkey/options", null);
        using var elsewhere = await client.SendAsync(Post("/auth/passkey", recorded).With("Cookie", fresh.Cookie("cws_passkey")));
        await elsewhere.ShouldBeProblemAsync(401, "passkey_refused");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_passkey_completes_a_sign_in_that_began_with_a_password()
    {
        var (user, key) = await WithKeyAsync();
        using var client = host.NewClient();
        using var first = await client.PostAsJsonAsync("/auth/sign-in", new { userName = user.Name, password = ApiHost.Password });
        await first.ShouldBeProblemAsync(403, "second_factor_required");
        var challenge = first.Cookie("cws_challenge");

        using var waiting = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/auth/second-factor").With("Cookie", challenge));
        (await waiting.ShouldBeAsync(200))["passkey"]!.GetValue<bool>().ShouldBeTrue();
        using var begun = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/auth/second-factor/passkey/options").With("Cookie", challenge));
        var body = Answer(key, await begun.ShouldBeAsync(200));
        using var alone = await client.SendAsync(Post("/auth/second-factor/passkey", body).With("Cookie", begun.Cookie("cws_passkey")));
        await alone.ShouldBeProblemAsync(401, "challenge_ended");
        using var second = await client.SendAsync(Post("/auth/second-factor/passkey", body).With("Cookie", $"{challenge}; {begun.Cookie("cws_passkey")}"));

        (await second.ShouldBeAsync(200))["account"]!.Text("userName").ShouldBe(user.Name);
        second.Cookie("cws_challenge").ShouldBe("cws_challenge=");
    }

    [Fact(Timeout = 60_000)]
    public async Task Keys_are_listed_renamed_and_removed_by_their_owner()
    {
        var (user, key) = await WithKeyAsync();
        using var listed = await user.Client.GetAsync("/api/v1/me/passkeys");
        var id = (await listed.ShouldBeAsync(200))["items"]!.AsArray().ShouldHaveSingleItem()!.Text("id");

        using var renamed = await user.Client.PatchAsJsonAsync("/api/v1/me/passkeys/" + id, new { name = "Phone" });
        (await renamed.ShouldBeAsync(200)).Text("name").ShouldBe("Phone");
        using var foreign = await host.Admin.Client.DeleteAsync("/api/v1/me/passkeys/" + id);
        await foreign.ShouldBeProblemAsync(404, "not_found");
        using var removed = await user.Client.DeleteAsync("/api/v1/me/passkeys/" + id);
        await removed.ShouldBeAsync(204);

        using var client = host.NewClient();
        using var begun = await client.PostAsync("/auth/passkey/options", null);
        using var refused = await client.SendAsync(Post("/auth/passkey", Answer(key, await begun.ShouldBeAsync(200))).With("Cookie", begun.Cookie("cws_passkey")));
        await refused.ShouldBeProblemAsync(401, "passkey_refused");
    }

    [Fact(Timeout = 60_000)]
    public async Task Rubbish_is_refused_and_never_an_error_of_ours()
    {
        using var client = host.NewClient();
        foreach (var text in new[] { "", "!", "AAAA", new string('A', 4000) })
        {
            using var begun = await client.PostAsync("/auth/passkey/options", null);
            var body = new { assertion = new { id = text, clientDataJson = text, authenticatorData = text, signature = text, userHandle = text } };
            using var answer = await client.SendAsync(Post("/auth/passkey", body).With("Cookie", begun.Cookie("cws_passkey")));
            await answer.ShouldBeProblemAsync(401, "passkey_refused");
        }
    }

    private static object Answer(SoftAuthenticator key, JsonNode begun)
    {
        var used = key.Use(begun["options"]!.ToJsonString());
        return new { assertion = new { id = used.Id, clientDataJson = used.ClientDataJson, authenticatorData = used.AuthenticatorData, signature = used.Signature, userHandle = used.UserHandle } };
    }

    private static HttpRequestMessage Post(string path, object body) => new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };

    private async Task<(TestUser User, SoftAuthenticator Key)> WithKeyAsync()
    {
        var user = await host.NewUserAsync();
        var key = new SoftAuthenticator(Origin);
        using var begun = await user.Client.PostAsync("/api/v1/me/passkeys/options", null);
        var made = key.Make((await begun.ShouldBeAsync(200))["options"]!.ToJsonString());
        var attestation = new { id = made.Id, clientDataJson = made.ClientDataJson, attestationObject = made.AttestationObject };
        using var added = await user.Client.SendAsync(Post("/api/v1/me/passkeys", new { name = "Laptop", attestation }).With("Cookie", begun.Cookie("cws_passkey")));
        (await added.ShouldBeAsync(201))["recoveryCodes"]!.AsArray().Count.ShouldBe(10);
        return (user, key);
    }

    public sealed class Host : ApiHost
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("PublicUrl", Origin)];
    }
}
