using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager;
using CloudWorkstation.Tokens;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Tests;

/// <summary>An api whose keys are in the store and whose secrets are settings.</summary>
public sealed class ReplicaHost : ApiHost
{
    public const string Secret = "a secret that the api and the proxies share";
    public const string GivenInternalKey = "an internal key that all replicas were given";

    protected override IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("Keys:Kind", "store"),
        new("Keys:Master", Base64Url.EncodeToString(new byte[32])),
        new("InternalKey", GivenInternalKey),
        new("DesktopProxySecret", Secret),
        new("TrustedProxies", "10.1.0.0/16, 192.0.2.7/32"),
    ];
}

public sealed class ReplicaTests(ReplicaHost host) : IClassFixture<ReplicaHost>
{
    [Fact(Timeout = 60_000)]
    public async Task The_internal_key_of_the_settings_opens_and_no_key_is_written_to_the_disk()
    {
        using var client = Client(ReplicaHost.GivenInternalKey);

        await (await client.GetAsync("/internal/v1/keys")).ShouldBeAsync(200);

        Directory.Exists(Path.Combine(host.Data, "keys")).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_proxys_key_is_handed_out_encrypted_to_who_has_the_internal_key()
    {
        using var stranger = Client("an internal key that somebody made up himself");
        await (await stranger.GetAsync("/internal/v1/proxy-key")).ShouldBeProblemAsync(401, "unauthenticated");
        using var client = Client(ReplicaHost.GivenInternalKey);

        var answer = await (await client.GetAsync("/internal/v1/proxy-key")).ShouldBeAsync(200);

        var pem = SecretBox.Open(Encoding.UTF8.GetBytes(ReplicaHost.Secret), SecretBox.DesktopProxyKey, answer.Text("kid"), Base64Url.DecodeFromChars(answer.Text("sealed")));
        Encoding.ASCII.GetString(pem).ShouldStartWith("-----BEGIN PRIVATE KEY-----");
        answer.ToJsonString().ShouldNotContain("PRIVATE");
    }

    [Fact(Timeout = 60_000)]
    public async Task Health_names_no_secret()
    {
        using var client = Client(ReplicaHost.GivenInternalKey);
        foreach (var path in new[] { "/health/live", "/health/ready", "/metrics" })
        {
            var text = await client.GetStringAsync(path);
            text.ShouldNotContain(ReplicaHost.Secret);
            text.ShouldNotContain(ReplicaHost.GivenInternalKey);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Stored_keys_without_a_common_internal_key_stop_the_start_and_say_what_to_set()
    {
        await Task.Yield();
        using var lacking = new LackingHost();

        Should.Throw<OptionsValidationException>(lacking.StartServer).Message.ShouldContain("CWS_INTERNALKEY");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("10.0.0.0/8", 1)]
    [InlineData(" 10.0.0.0/8 ,fd00::/8,", 2)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    [InlineData("10.0.0.0/8,router", null)]
    [InlineData("10.0.0.0/33", null)]
    public async Task Trusted_networks_are_read_or_refused(string? text, int? count)
    {
        await Task.Yield();

        NetworkList.Of(text)?.Count.ShouldBe(count!.Value);
        (NetworkList.Of(text) is null).ShouldBe(count is null);
    }

    private HttpClient Client(string key)
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private sealed class LackingHost : ApiHost
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings =>
            [new("Keys:Kind", "store"), new("Keys:Master", Base64Url.EncodeToString(new byte[32]))];
    }
}
