using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>What an administrator may write into a provider's settings, and what helps them.</summary>
[Collection(ProviderTests.Name)]
public sealed class ProviderSettingsTests(ProviderHost host)
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("name", "\"Company\"")]
    [InlineData("name", "\"../x\"")]
    [InlineData("issuer", "\"http://login.example.org\"")]
    [InlineData("issuer", "\"https://user:secret@login.example.org\"")]
    [InlineData("issuer", "\"https://login.example.org/?tenant=x\"")]
    [InlineData("issuer", "\"file:///etc/passwd\"")]
    [InlineData("issuer", "null")]
    [InlineData("clientId", "\"\"")]
    [InlineData("scopes", "[\"two words\"]")]
    [InlineData("roles", "[\"admin\"]")]
    [InlineData("allowedDomains", "[\"*.example.org\"]")]
    [InlineData("tokenEndpoint", "\"https://login.example.org/token\"")]
    public async Task A_rule_that_is_broken_is_named(string member, string value)
    {
        var provider = new JsonObject { ["name"] = "another", ["issuer"] = "https://login.example.org", ["clientId"] = "us" };
        provider[member] = JsonNode.Parse(value);

        var problem = await (await host.Admin.Client.PutAsJsonAsync("/api/v1/settings/providers", new JsonObject { ["providers"] = new JsonArray(provider) })).ShouldBeProblemAsync(422, "invalid");

        problem.Fields().ShouldContain($"providers[0].{member}");
    }

    [Fact(Timeout = Limit)]
    public async Task The_clients_secret_is_shown_to_nobody_and_kept_when_it_comes_back_as_set()
    {
        using var alice = new Visitor(host);
        var settings = await (await host.Admin.Client.GetAsync("/api/v1/settings/providers")).ShouldBeAsync(200);
        settings.ToJsonString().ShouldNotContain("a secret");

        await (await host.Admin.Client.PutAsJsonAsync("/api/v1/settings/providers", settings["value"])).ShouldBeAsync(200);

        (await alice.SignInAsync("company", "alice")).ShouldBe("/desktops");
    }

    [Fact(Timeout = Limit)]
    public async Task Testing_a_provider_tells_what_it_says()
    {
        var found = await (await host.Admin.Client.PostAsJsonAsync("/api/v1/providers/test", new { issuer = host.Company.IssuerText })).ShouldBeAsync(200);

        found.Text("issuer").ShouldBe(host.Company.IssuerText);
        found["keys"]!.GetValue<int>().ShouldBe(1);
        found["backChannelLogout"]!.GetValue<bool>().ShouldBeTrue();
        found["issuerParameter"]!.GetValue<bool>().ShouldBeTrue();
        found["algorithms"]!.AsArray().Select(a => a!.GetValue<string>()).ShouldBe(["ES256"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Testing_says_what_is_wrong()
    {
        (await (await host.Admin.Client.PostAsJsonAsync("/api/v1/providers/test", new { issuer = host.Company.IssuerText + "/" })).ShouldBeProblemAsync(503, "provider_unavailable"))
            .Text("detail").ShouldContain(host.Company.IssuerText);
        await (await host.Admin.Client.PostAsJsonAsync("/api/v1/providers/test", new { issuer = "http://127.0.0.1:9" })).ShouldBeProblemAsync(503, "provider_unavailable");
        (await (await host.Admin.Client.PostAsJsonAsync("/api/v1/providers/test", new { issuer = "http://169.254.169.254/" })).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["issuer"]);
    }

    [Fact(Timeout = Limit)]
    public async Task The_addresses_to_register_are_told()
    {
        var addresses = await (await host.Admin.Client.GetAsync("/api/v1/providers/company/registration")).ShouldBeAsync(200);

        addresses.Text("redirectUri").ShouldBe("http://127.0.0.1:8080/auth/oidc/company/callback");
        addresses.Text("signedOutUri").ShouldBe("http://127.0.0.1:8080/sign-in");
        addresses.Text("backChannelLogoutUri").ShouldBe("http://127.0.0.1:8080/auth/oidc/company/back-channel-logout");
    }
}
