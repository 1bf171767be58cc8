using CloudWorkstation.DesktopProxy.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>A proxy that shares no disk with the api: its secrets are settings, its private key comes from the api.</summary>
public sealed class HandedKeyTests
{
    private const string ProxySecret = "a secret that the api and the proxies share";

    [Fact(Timeout = 60_000)]
    public async Task The_private_key_is_fetched_from_the_api_and_opens_desktops()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(WithValues(ProxySecret), api => api.ProxyKey = (TestProxy.TargetKey, ProxySecret));
        await proxy.UntilReadyAsync();

        using var browser = await proxy.ConnectAsync(vnc.Target);

        browser.Status.ShouldBe(101);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_under_another_secret_leaves_the_proxy_unready_until_the_right_one_comes_and_no_secret_in_the_log()
    {
        const string Wrong = "a secret that somebody mistyped by a letter";
        await using var proxy = await TestProxy.StartAsync(WithValues(ProxySecret), api => api.ProxyKey = (TestProxy.TargetKey, Wrong));
        await Eventually.TrueAsync(() => proxy.Logs.Text.Contains("CWS_DESKTOPPROXYSECRET", StringComparison.Ordinal));
        proxy.Readiness.Problem.ShouldNotBeNull();

        proxy.Api.ProxyKey = (TestProxy.TargetKey, ProxySecret);

        await proxy.UntilReadyAsync();
        proxy.Logs.Text.ShouldNotContain(ProxySecret);
        proxy.Logs.Text.ShouldNotContain(StubApi.InternalKey);
        proxy.Logs.Text.ShouldNotContain("PRIVATE KEY");
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_need_a_file_or_a_value_and_never_repeat_the_value()
    {
        await Task.Yield();

        Should.Throw<InvalidOperationException>(() => Read([])).Message.ShouldContain("CWS_INTERNALKEYFILE is not set");
        var refused = Should.Throw<InvalidOperationException>(() => Read(new() { ["INTERNALKEY"] = "too-short-a-key", ["DESKTOPPROXYSECRET"] = ProxySecret })).Message;
        refused.ShouldContain("CWS_INTERNALKEY has 15 characters");
        refused.ShouldNotContain("too-short-a-key");
        Read(new() { ["INTERNALKEY"] = StubApi.InternalKey, ["DESKTOPPROXYSECRET"] = ProxySecret }).ToString().ShouldNotContain("secret that");
    }

    private static ProxySettings Read(Dictionary<string, string?> settings) => ProxySettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    private static Func<ProxySettings, ProxySettings> WithValues(string secret) => settings => settings with
    {
        InternalKey = new Secret(StubApi.InternalKey),
        InternalKeyFile = "",
        DesktopProxySecret = new Secret(secret),
        DesktopProxyKeyFile = "",
    };
}
