using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>GitHub and Facebook, played by a server of our own at their addresses.</summary>
[Collection(ProviderTests.Name)]
public sealed class OAuthProviderTests(ProviderHost host) : IAsyncLifetime
{
    private const int Limit = 120_000;

    private readonly string name = "oauth-" + Guid.NewGuid().ToString("n")[..8];
    private readonly List<string> forms = [];
    private ForgingProvider provider = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await ForgingProvider.StartAsync();
        provider.At("/token", context =>
        {
            var form = context.Request.ReadFormAsync().GetAwaiter().GetResult();
            forms.Add(string.Join('&', form.Select(f => $"{f.Key}={f.Value}")));
            return form["code"] == "good"
                ? ForgingProvider.Json(new JsonObject { ["access_token"] = "gho_1", ["token_type"] = "bearer", ["scope"] = "read:user" })
                : ForgingProvider.Json(new JsonObject { ["error"] = "bad_verification_code" });
        });
    }

    public async ValueTask DisposeAsync()
    {
        await host.RemoveAsync(name);
        await provider.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Githubs_number_is_the_person_and_the_verified_primary_address_theirs()
    {
        await SetAsync("github", new JsonArray("read:user", "user:email", "read:org"));
        Says("/user", """{"id":583231,"login":"octo-cat","name":"Octo Cat","email":"public@example.org"}""");
        Says("/user/emails", """[{"email":"old@example.org","primary":false,"verified":true},{"email":"octo@example.org","primary":true,"verified":true}]""");
        Says("/user/orgs", """[{"login":"engineering"},{"login":"design"}]""");
        using var octo = new Visitor(host);

        (await SignInAsync(octo, "good")).ShouldBe("/desktops");

        var me = await octo.MeAsync();
        me.Text("userName").ShouldStartWith("octo-cat");
        me["groups"]!.AsArray().Select(g => g!.GetValue<string>()).ShouldBe(["github:design", "github:engineering"]);
        var account = await (await host.Admin.Client.GetAsync("/api/v1/accounts/" + me.Text("id"))).ShouldBeAsync(200);
        account.Text("email").ShouldBe("octo@example.org");
        account["sources"]!.AsArray().Single()!.GetValue<string>().ShouldBe("oidc:" + name);
        account["externalGroups"]!.AsArray().Single()!["groups"]!.AsArray().Count.ShouldBe(2);
        forms.Single().ShouldContain("client_secret=secret");
        forms.Single().ShouldContain("code_verifier=");
    }

    [Fact(Timeout = Limit)]
    public async Task Facebook_is_asked_with_the_proof_that_we_know_the_secret()
    {
        await SetAsync("facebook", new JsonArray());
        var query = "";
        provider.At("/user", context =>
        {
            query = context.Request.QueryString.Value!;
            return Results.Text("""{"id":"10223","name":"Fay Book","email":"fay@example.org"}""", "application/json");
        });
        using var fay = new Visitor(host);

        (await SignInAsync(fay, "good")).ShouldBe("/desktops");

        (await fay.MeAsync()).Text("displayName").ShouldBe("Fay Book");
        query.ShouldContain("appsecret_proof=" + Convert.ToHexStringLower(HMACSHA256.HashData("secret"u8, Encoding.UTF8.GetBytes("gho_1"))));
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_code_that_github_answers_with_200_is_refused()
    {
        await SetAsync("github", new JsonArray());
        using var visitor = new Visitor(host);

        (await SignInAsync(visitor, "bad")).ShouldBe($"/sign-in?error=provider_refused&provider={name}");
    }

    [Fact(Timeout = Limit)]
    public async Task A_user_without_an_id_is_refused()
    {
        await SetAsync("github", new JsonArray());
        Says("/user", """{"id":"583231","login":"octo-cat"}""");
        Says("/user/emails", "[]");
        using var visitor = new Visitor(host);

        (await SignInAsync(visitor, "good")).ShouldBe($"/sign-in?error=provider_refused&provider={name}");
    }

    private void Says(string path, string json) => provider.At(path, _ => Results.Text(json, "application/json"));

    private Task SetAsync(string kind, JsonArray scopes) => host.SetAsync(new ProviderJson(new JsonObject
    {
        ["name"] = name,
        ["kind"] = kind,
        ["clientId"] = ForgingProvider.Client,
        ["clientSecret"] = "secret",
        ["scopes"] = scopes,
        ["authorizationEndpoint"] = provider.Issuer + "/authorize",
        ["tokenEndpoint"] = provider.Issuer + "/token",
        ["userInfoEndpoint"] = provider.Issuer + "/user",
    }));

    private async Task<string> SignInAsync(Visitor visitor, string code)
    {
        var address = await visitor.LeaveAsync(name);
        Visitor.Parameter(address, "code_challenge_method").ShouldBe("S256");
        return await visitor.OpenAsync($"/auth/oidc/{name}/callback?code={code}&state={Visitor.Parameter(address, "state")}");
    }
}
