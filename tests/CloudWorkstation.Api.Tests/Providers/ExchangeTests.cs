using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests.Providers;

/// <summary>REST clients of a real provider bring its tokens (RFC 8693).</summary>
[Collection(ProviderTests.Name)]
public sealed class ExchangeTests(ProviderHost host)
{
    private const int Limit = 120_000;
    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";

    [Theory(Timeout = Limit)]
    [InlineData("access_token")]
    [InlineData("jwt")]
    public async Task A_clients_access_token_gets_one_of_ours_that_the_api_takes(string type)
    {
        using var client = host.NewClient();
        var theirs = await TokenAsync("cli", "alice", "access_token");

        var answer = await (await ExchangeAsync(client, theirs, type)).ShouldBeAsync(200);

        answer.Text("issued_token_type").ShouldBe("urn:ietf:params:oauth:token-type:access_token");
        answer.Text("token_type").ShouldBe("Bearer");
        answer["expires_in"]!.GetValue<int>().ShouldBeInRange(1, 300);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.Text("access_token"));
        (await (await client.GetAsync("/api/v1/me")).ShouldBeAsync(200)).AsObject().ContainsKey("userName").ShouldBeTrue();
        await (await client.PostAsJsonAsync("/auth/token", new { refreshToken = answer.Text("refresh_token") })).ShouldBeAsync(200);
    }

    [Fact(Timeout = Limit)]
    public async Task The_person_is_the_one_who_signs_in_with_a_browser_and_keeps_their_groups()
    {
        using var alice = new Visitor(host);
        await alice.SignInAsync("company", "alice");
        using var client = host.NewClient();
        var answer = await (await ExchangeAsync(client, await TokenAsync("cli", "alice", "access_token"), "access_token")).ShouldBeAsync(200);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.Text("access_token"));

        var me = await (await client.GetAsync("/api/v1/me")).ShouldBeAsync(200);

        me.Text("id").ShouldBe((await alice.MeAsync()).Text("id"));
        me["groups"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task Tokens_of_a_client_that_is_not_named_are_refused()
    {
        using var client = host.NewClient();

        var problem = await (await ExchangeAsync(client, await TokenAsync("stranger", "alice", "access_token"), "access_token")).ShouldBeProblemAsync(400, "invalid_subject_token");

        problem.Text("error").ShouldBe("invalid_request");
        problem.Text("error_description").ShouldNotBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task An_id_token_for_another_client_is_refused()
    {
        using var client = host.NewClient();

        await (await ExchangeAsync(client, await TokenAsync("cli", "alice", "id_token"), "id_token")).ShouldBeProblemAsync(400, "invalid_subject_token");
    }

    [Fact(Timeout = Limit)]
    public async Task A_provider_whose_tokens_are_not_exchanged_is_refused_and_so_is_our_own_token()
    {
        using var client = host.NewClient();
        using var alice = new Visitor(host);
        await alice.SignInAsync("school", "alice");

        await (await ExchangeAsync(client, alice.Cookies["cws_session"], "access_token")).ShouldBeProblemAsync(400, "invalid_subject_token");
        await (await ExchangeAsync(client, host.Admin.Token, "id_token")).ShouldBeProblemAsync(400, "invalid_subject_token");
    }

    [Theory(Timeout = Limit)]
    [InlineData("grant_type", "authorization_code")]
    [InlineData("grant_type", null)]
    [InlineData("subject_token", null)]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:saml2")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")]
    [InlineData("actor_token", "x")]
    public async Task Requests_that_are_not_as_the_standard_has_them_are_refused(string field, string? value)
    {
        using var client = host.NewClient();
        var form = Form("x", "id_token");
        form.Remove(field);
        if (value is not null)
        {
            form[field] = value;
        }

        (await (await client.PostAsync("/auth/exchange", new FormUrlEncodedContent(form))).ShouldBeProblemAsync(400, "invalid_exchange")).Text("error").ShouldBe("invalid_request");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_forms_are_taken()
    {
        using var client = host.NewClient();

        await (await client.PostAsJsonAsync("/auth/exchange", Form("x", "id_token"))).ShouldBeProblemAsync(415, "unsupported_media_type");
    }

    internal static Task<HttpResponseMessage> ExchangeAsync(HttpClient client, string token, string type) =>
        client.PostAsync("/auth/exchange", new FormUrlEncodedContent(Form(token, type)));

    private static Dictionary<string, string> Form(string token, string type) => new(StringComparer.Ordinal)
    {
        ["grant_type"] = Grant,
        ["subject_token"] = token,
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:" + type,
    };

    /// <summary>As a command line tool gets one: the code flow with PKCE, for our API.</summary>
    private async Task<string> TokenAsync(string clientId, string person, string which)
    {
        using var visitor = new Visitor(host);
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var redirect = $"{ProviderHost.Public}/cli";
        var callback = await visitor.AtProviderAsync(
            new Uri(host.Company.Issuer, $"/auth?client_id={clientId}&response_type=code&scope=openid&code_challenge={challenge}&code_challenge_method=S256&redirect_uri={Uri.EscapeDataString(redirect)}").AbsoluteUri,
            person);
        var answer = await visitor.PostAtProviderAsync(
            new Uri(host.Company.Issuer, "/token"),
            new("grant_type", "authorization_code"), new("client_id", clientId), new("code", Visitor.Parameter(callback, "code")), new("code_verifier", verifier), new("redirect_uri", redirect));
        return answer[which]?.GetValue<string>() ?? throw new InvalidOperationException(answer.ToJsonString());
    }
}
