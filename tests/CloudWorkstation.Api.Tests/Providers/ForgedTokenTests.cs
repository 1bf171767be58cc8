using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>What a real provider cannot be made to send: forged tokens, and answers that are none.</summary>
[Collection(ProviderTests.Name)]
public sealed class ForgedTokenTests(ProviderHost host) : IAsyncLifetime
{
    private const int Limit = 120_000;

    private readonly string name = "forged-" + Guid.NewGuid().ToString("n")[..8];
    private ForgingProvider provider = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await ForgingProvider.StartAsync();
        await host.SetAsync(ProviderHost.Oidc(name, provider.Issuer, "secret").With("tokenExchange", true));
    }

    public async ValueTask DisposeAsync()
    {
        await host.RemoveAsync(name);
        await provider.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_good_token_is_taken_or_the_others_prove_nothing()
    {
        using var visitor = new Visitor(host);

        (await SignInAsync(visitor, provider.Sign)).ShouldBe("/desktops");

        (await visitor.MeAsync()).Text("userName").ShouldStartWith("mallory");
    }

    public static TheoryData<string, string?> BadClaims => new()
    {
        { "nonce", "\"another\"" },
        { "nonce", null },
        { "aud", "\"somebody-else\"" },
        { "aud", "[\"cloudworkstation\",\"somebody-else\"]" },
        { "azp", "\"somebody-else\"" },
        { "iss", "\"https://login.example.org\"" },
        { "exp", "1" },
        { "exp", null },
        { "iat", "1" },
        { "iat", "99999999999" },
        { "iat", null },
        { "nbf", "99999999999" },
        { "sub", null },
        { "sub", "\"\"" },
        { "sub", "7" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(BadClaims))]
    public async Task A_token_with_one_claim_wrong_is_refused(string claim, string? value)
    {
        using var visitor = new Visitor(host);

        await ShouldBeRefusedAsync(visitor, claims =>
        {
            claims.Remove(claim);
            if (value is not null)
            {
                claims[claim] = JsonNode.Parse(value);
            }

            return provider.Sign(claims);
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Unsigned_tokens_are_refused()
    {
        using var visitor = new Visitor(host);

        await ShouldBeRefusedAsync(visitor, claims => ForgingProvider.Compact("""{"alg":"none"}""", claims, _ => []));
        await ShouldBeRefusedAsync(visitor, claims => ForgingProvider.Compact("""{"alg":"RS256","kid":"first"}""", claims, _ => []));
    }

    [Fact(Timeout = Limit)]
    public async Task The_algorithm_is_the_keys_and_not_the_tokens()
    {
        using var visitor = new Visitor(host);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = Encoding.ASCII.GetBytes(provider.Key.ExportSubjectPublicKeyInfoPem());

        await ShouldBeRefusedAsync(visitor, claims => ForgingProvider.Compact("""{"alg":"HS256","kid":"first"}""", claims, input => HMACSHA256.HashData(publicKey, input)));
        await ShouldBeRefusedAsync(visitor, claims => ForgingProvider.Compact("""{"alg":"ES256","kid":"first"}""", claims, input => ec.SignData(input, HashAlgorithmName.SHA256)));
        await ShouldBeRefusedAsync(visitor, claims => ForgingProvider.Compact("""{"alg":"RS512","kid":"first"}""", claims, input => provider.Key.SignData(input, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)));
    }

    [Fact(Timeout = Limit)]
    public async Task Somebody_elses_signature_and_another_type_are_refused()
    {
        using var visitor = new Visitor(host);
        using var stranger = RSA.Create(2048);

        await ShouldBeRefusedAsync(visitor, claims => ForgingProvider.Compact("""{"alg":"RS256","kid":"first"}""", claims, input => stranger.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        await ShouldBeRefusedAsync(visitor, claims => provider.Sign(claims, """{"alg":"RS256","kid":"first","typ":"logout+jwt"}"""));
        await ShouldBeRefusedAsync(visitor, _ => "not a token");
    }

    [Fact(Timeout = Limit)]
    public async Task A_key_that_is_not_known_is_asked_for_once_and_not_for_every_token()
    {
        using var visitor = new Visitor(host);
        (await SignInAsync(visitor, provider.Sign)).ShouldBe("/desktops");
        var before = provider.TimesAsked("/keys");
        provider.Kid = "second";
        (await SignInAsync(visitor, provider.Sign)).ShouldBe("/desktops");
        provider.TimesAsked("/keys").ShouldBe(before + 1);

        for (var time = 0; time < 3; time++)
        {
            await ShouldBeRefusedAsync(visitor, claims => provider.Sign(claims, """{"alg":"RS256","kid":"made-up"}"""));
        }

        provider.TimesAsked("/keys").ShouldBeLessThanOrEqualTo(before + 2);
    }

    [Fact(Timeout = Limit)]
    public async Task User_info_about_somebody_else_is_refused()
    {
        provider.At("/.well-known/openid-configuration", _ => ForgingProvider.Json(With(provider.Discovery(), "userinfo_endpoint", provider.Issuer + "/user")));
        provider.At("/user", _ => ForgingProvider.Json(new JsonObject { ["sub"] = "somebody-else", ["groups"] = new JsonArray("admins") }));
        using var visitor = new Visitor(host);

        await ShouldBeRefusedAsync(visitor, claims => provider.Sign(Without(claims, "groups")));
    }

    [Theory(Timeout = Limit)]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/keys")]
    [InlineData("/token")]
    public async Task An_address_that_answers_nonsense_gives_a_word_and_no_stack(string path)
    {
        foreach (var nonsense in new Func<HttpContext, IResult>[]
        {
            _ => Results.StatusCode(500),
            _ => Results.Text("<html>", "text/html"),
            _ => Results.Text("[]", "application/json"),
            _ => Results.Redirect("http://127.0.0.1:9/"),
            _ => Results.Text(new string(' ', 600 * 1024) + "{}", "application/json"),
        })
        {
            await using var liar = await ForgingProvider.StartAsync();
            var other = "liar-" + Guid.NewGuid().ToString("n")[..8];
            await host.SetAsync(ProviderHost.Oidc(other, liar.Issuer, "secret"));
            liar.At(path, nonsense);
            using var visitor = new Visitor(host);

            var address = await visitor.LeaveAsync(other);
            if (!address.StartsWith("/sign-in", StringComparison.Ordinal))
            {
                liar.IdToken = liar.Sign(liar.Claims(Visitor.Parameter(address, "nonce")));
                address = await visitor.OpenAsync($"/auth/oidc/{other}/callback?code=c&state={Visitor.Parameter(address, "state")}");
            }

            address.ShouldBeOneOf($"/sign-in?error=provider_unavailable&provider={other}", $"/sign-in?error=provider_refused&provider={other}");
            visitor.IsSignedIn.ShouldBeFalse();
            await host.RemoveAsync(other);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("issuer", "https://login.example.org")]
    [InlineData("token_endpoint", "http://login.example.org/token")]
    [InlineData("jwks_uri", "file:///etc/passwd")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    public async Task A_discovery_document_of_somebody_else_or_without_encryption_is_not_used(string member, string value)
    {
        provider.At("/.well-known/openid-configuration", _ => ForgingProvider.Json(With(provider.Discovery(), member, value)));
        using var visitor = new Visitor(host);

        (await visitor.LeaveAsync(name)).ShouldBe($"/sign-in?error=provider_unavailable&provider={name}");
    }

    [Fact(Timeout = Limit)]
    public async Task Logout_tokens_that_are_none_end_nothing()
    {
        using var visitor = new Visitor(host);
        await SignInAsync(visitor, provider.Sign);
        using var stranger = RSA.Create(2048);

        foreach (var forged in new[]
        {
            provider.Sign(provider.Claims()),
            provider.Sign(With(Logout(), "nonce", "x")),
            provider.Sign(With(Logout(), "aud", "somebody-else")),
            provider.Sign(With(Logout(), "iss", "https://login.example.org")),
            provider.Sign(With(Logout(), "iat", 1)),
            provider.Sign(With(Logout(), "exp", 1)),
            provider.Sign(Without(Logout(), "jti")),
            provider.Sign(Without(Logout(), "events")),
            provider.Sign(Without(Logout(), "sub")),
            ForgingProvider.Compact("""{"alg":"none"}""", Logout(), _ => []),
            ForgingProvider.Compact("""{"alg":"RS256","kid":"first"}""", Logout(), input => stranger.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            "",
        })
        {
            await (await LogOutAsync(forged)).ShouldBeProblemAsync(400, "invalid_logout_token");
        }

        (await visitor.IsLetInAsync()).ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_logout_token_ends_every_session_of_the_person_and_works_once()
    {
        using var one = new Visitor(host);
        using var two = new Visitor(host);
        await SignInAsync(one, provider.Sign);
        await SignInAsync(two, provider.Sign);
        var token = provider.Sign(Logout(), """{"alg":"RS256","kid":"first","typ":"logout+jwt"}""");

        using var answer = await LogOutAsync(token);
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());

        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await one.IsLetInAsync()).ShouldBeFalse();
        (await two.IsLetInAsync()).ShouldBeFalse();
        await SignInAsync(two, provider.Sign);
        await (await LogOutAsync(token)).ShouldBeProblemAsync(400, "invalid_logout_token");
        (await two.IsLetInAsync()).ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_logout_token_that_names_a_session_alone_ends_that_one()
    {
        using var one = new Visitor(host);
        using var two = new Visitor(host);
        await SignInAsync(one, claims => provider.Sign(With(claims, "sid", "session-1")));
        await SignInAsync(two, claims => provider.Sign(With(claims, "sid", "session-2")));

        ((int)(await LogOutAsync(provider.Sign(With(Without(Logout(), "sub"), "sid", "session-1")))).StatusCode).ShouldBe(200);

        (await one.IsLetInAsync()).ShouldBeFalse();
        (await two.IsLetInAsync()).ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_brought_token_is_checked_as_strictly()
    {
        using var client = host.NewClient();

        foreach (var forged in new[]
        {
            provider.Sign(With(provider.Claims(), "exp", 1)),
            provider.Sign(With(provider.Claims(), "aud", "somebody-else")),
            provider.Sign(With(provider.Claims(), "azp", "somebody-else")),
            provider.Sign(Without(provider.Claims(), "sub")),
            provider.Sign(provider.Claims(), """{"alg":"RS256","kid":"first","typ":"logout+jwt"}"""),
            ForgingProvider.Compact("""{"alg":"none"}""", provider.Claims(), _ => []),
            "opaque",
        })
        {
            await (await ExchangeTests.ExchangeAsync(client, forged, "id_token")).ShouldBeProblemAsync(400, "invalid_subject_token");
            await (await ExchangeTests.ExchangeAsync(client, forged, "access_token")).ShouldBeProblemAsync(400, "invalid_subject_token");
        }

        await (await ExchangeTests.ExchangeAsync(client, provider.Sign(provider.Claims()), "id_token")).ShouldBeAsync(200);
    }

    private static JsonObject With(JsonObject json, string member, JsonNode value)
    {
        json[member] = value;
        return json;
    }

    private static JsonObject Without(JsonObject json, string member)
    {
        json.Remove(member);
        return json;
    }

    private JsonObject Logout()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = provider.Issuer,
            ["aud"] = ForgingProvider.Client,
            ["sub"] = "mallory",
            ["iat"] = now,
            ["exp"] = now + 120,
            ["jti"] = Guid.NewGuid().ToString(),
            ["events"] = new JsonObject { ["http://schemas.openid.net/event/backchannel-logout"] = new JsonObject() },
        };
    }

    private async Task<HttpResponseMessage> LogOutAsync(string token)
    {
        using var client = host.NewClient();
        return await client.PostAsync($"/auth/oidc/{name}/back-channel-logout", new FormUrlEncodedContent([new("logout_token", token)]));
    }

    private async Task<string> SignInAsync(Visitor visitor, Func<JsonObject, string> token)
    {
        var address = await visitor.LeaveAsync(name);
        provider.IdToken = token(provider.Claims(Visitor.Parameter(address, "nonce")));
        return await visitor.OpenAsync($"/auth/oidc/{name}/callback?code=c&state={Visitor.Parameter(address, "state")}");
    }

    private async Task<string> SignInAsync(Visitor visitor, Func<JsonObject, string?, string> token) => await SignInAsync(visitor, claims => token(claims, null));

    private async Task ShouldBeRefusedAsync(Visitor visitor, Func<JsonObject, string> token)
    {
        visitor.Lose("cws_session");
        (await SignInAsync(visitor, token)).ShouldBe($"/sign-in?error=provider_refused&provider={name}");
        visitor.IsSignedIn.ShouldBeFalse();
    }
}
