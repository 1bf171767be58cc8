using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Harness;

namespace CloudWorkstation.Api.Tests.Providers;

[CollectionDefinition(Name)]
public sealed class ProviderTests : ICollectionFixture<ProviderHost>
{
    public const string Name = "providers";
}

/// <summary>
/// An api whose people sign in with two real providers: <c>company</c> signs ES256, writes groups as a list into its user info alone, and knows our
/// secret; <c>school</c> signs RS256, writes groups as one text into the ID token, and knows us as a public client.
/// </summary>
public sealed class ProviderHost : ApiHost, IAsyncLifetime
{
    public const string Public = "http://127.0.0.1:8080";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly List<JsonObject> providers = [];

    public OidcServer Company { get; private set; } = null!;

    public OidcServer School { get; private set; } = null!;

    public new async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Company = await OidcServer.StartAsync(Wanted(["company"], "ES256", "array", false, "a secret / with + signs"), None);
        School = await OidcServer.StartAsync(Wanted(["school", "domains", "groups", "linking", "again"], "RS256", "text", true, null), None);
        await SetAsync(Oidc("company", Company.IssuerText, "a secret / with + signs")
            .With("tokenExchange", true).With("exchangeAudience", "cloudworkstation-api").With("exchangeClients", new JsonArray("cli")));
        await SetAsync(Oidc("school", School.IssuerText, null));
    }

    public override async ValueTask DisposeAsync()
    {
        await Company.DisposeAsync();
        await School.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Settings of an OpenID Connect provider.</summary>
    public static ProviderJson Oidc(string name, string issuer, string? secret) => new(new JsonObject
    {
        ["name"] = name,
        ["title"] = "The " + name,
        ["issuer"] = issuer,
        ["clientId"] = "cloudworkstation",
        ["clientSecret"] = secret,
        ["scopes"] = new JsonArray("openid", "profile", "email", "groups"),
    });

    /// <summary>A further provider, with people of the same subjects.</summary>
    public Task<OidcServer> AnotherAsync(string name) => OidcServer.StartAsync(Wanted([name], "RS256", "text", true, null), None);

    /// <summary>Adds a provider, or puts it in place of the one of its name, and waits until the api goes by it.</summary>
    public Task SetAsync(ProviderJson provider)
    {
        providers.RemoveAll(p => p["name"]!.GetValue<string>() == provider.Value["name"]!.GetValue<string>());
        providers.Add(provider.Value);
        return StoreAsync();
    }

    public Task RemoveAsync(string name)
    {
        providers.RemoveAll(p => p["name"]!.GetValue<string>() == name);
        return StoreAsync();
    }

    private async Task StoreAsync()
    {
        var section = new JsonObject { ["providers"] = new JsonArray([.. providers.Select(p => p.DeepClone())]) };
        await (await Admin.Client.PutAsJsonAsync("/api/v1/settings/providers", section)).ShouldBeAsync(200);
    }

    private JsonObject Wanted(string[] names, string algorithm, string groupsAs, bool inIdToken, string? secret) => new()
    {
        ["algorithm"] = algorithm,
        ["groupsAs"] = groupsAs,
        ["inIdToken"] = inIdToken,
        ["clients"] = new JsonArray(
            new JsonObject
            {
                ["clientId"] = "cloudworkstation",
                ["secret"] = secret,
                ["redirectUris"] = new JsonArray([.. names.Select(name => JsonValue.Create($"{Public}/auth/oidc/{name}/callback"))]),
                ["signedOutUris"] = new JsonArray($"{Public}/sign-in"),
                ["backChannelLogoutUri"] = new Uri(Address, $"/auth/oidc/{names[0]}/back-channel-logout").AbsoluteUri,
            },
            new JsonObject { ["clientId"] = "cli", ["redirectUris"] = new JsonArray($"{Public}/cli"), ["apiTokens"] = true },
            new JsonObject { ["clientId"] = "stranger", ["redirectUris"] = new JsonArray($"{Public}/cli"), ["apiTokens"] = true }),
    };
}

/// <summary>A provider's settings, changed member by member.</summary>
public sealed record ProviderJson(JsonObject Value)
{
    public ProviderJson With(string member, JsonNode? value)
    {
        var changed = Value.DeepClone().AsObject();
        changed[member] = value;
        return new ProviderJson(changed);
    }
}
