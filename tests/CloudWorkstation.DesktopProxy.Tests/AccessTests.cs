using System.Text;
using System.Text.Json.Nodes;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>Everything that is decided before the upgrade.</summary>
public sealed class AccessTests
{
    private static readonly DesktopTarget Nowhere = new("127.0.0.1", 9, "vnc", ScriptedVnc.Password);

    [Fact(Timeout = 60_000)]
    public async Task An_expired_token_is_refused_with_401()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, TestProxy.Token(Nowhere, change: t => t with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) }));
        browser.Status.ShouldBe(401);
        browser.Body.ShouldContain("\"code\":\"unauthenticated\"");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_signed_with_another_key_of_the_same_name_is_refused_with_401()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var forger = RsaKey.Create("key-1");
        using var browser = await OpenAsync(proxy, TestProxy.Token(Nowhere, key: forger));
        browser.Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_without_an_algorithm_is_refused_with_401()
    {
        await using var proxy = await TestProxy.StartAsync();
        var parts = TestProxy.Token(Nowhere).Split('.');
        var none = Convert.ToBase64String(Encoding.ASCII.GetBytes(new JsonObject { ["alg"] = "none", ["kid"] = "key-1" }.ToJsonString())).TrimEnd('=');
        using var browser = await OpenAsync(proxy, $"{none}.{parts[1]}.");
        browser.Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_of_another_desktop_is_refused_with_403()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, TestProxy.Token(Nowhere, change: t => t with { Desktop = "desktop00002" }));
        browser.Status.ShouldBe(403);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_is_good_for_one_connection_only()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        var token = TestProxy.Token(vnc.Target);
        using var first = await RawBrowser.ConnectAsync(proxy.Address, token);
        using var second = await OpenAsync(proxy, token);
        second.Status.ShouldBe(409);
        second.Body.ShouldContain("token_used");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_target_encrypted_to_somebody_else_is_refused_with_401()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var other = RsaKey.Create("desktop-proxy");
        using var browser = await OpenAsync(proxy, TestProxy.Token(Nowhere, change: t => t with { EncryptedTarget = TargetCipher.Encrypt(Nowhere, other) }));
        browser.Status.ShouldBe(401);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_desktop_cookies_are_refused_with_401()
    {
        await using var proxy = await TestProxy.StartAsync();
        var headers = RawBrowser.Headers(null);
        headers["Cookie"] = $"cws_desktop={TestProxy.Token(Nowhere)}; cws_desktop={TestProxy.Token(Nowhere)}";
        using var browser = await RawBrowser.RequestAsync(proxy.Address, headers);
        browser.Status.ShouldBe(401);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1:8081")]
    [InlineData("https://127.0.0.1:8080")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Another_origin_is_refused_with_403(string origin)
    {
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await RawBrowser.RequestAsync(proxy.Address, RawBrowser.Headers(TestProxy.Token(Nowhere), origin));
        browser.Status.ShouldBe(403);
        browser.Body.ShouldContain("cross_origin");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("binary", 101)]
    [InlineData("base64, binary", 101)]
    [InlineData("base64", 400)]
    [InlineData("Binary", 400)]
    public async Task The_only_sub_protocol_is_binary(string offered, int status)
    {
        await using var proxy = await TestProxy.StartAsync();
        var headers = RawBrowser.Headers(TestProxy.Token(Nowhere));
        headers["Sec-WebSocket-Protocol"] = offered;
        using var browser = await RawBrowser.RequestAsync(proxy.Address, headers);
        browser.Status.ShouldBe(status);
        browser.Head.Contains("Sec-WebSocket-Protocol: binary", StringComparison.Ordinal).ShouldBe(status == 101);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Upgrade", "h2c", 426)]
    [InlineData("Sec-WebSocket-Version", "8", 426)]
    [InlineData("Sec-WebSocket-Key", "short", 400)]
    [InlineData("Content-Length", "5", 400)]
    [InlineData("Transfer-Encoding", "chunked", 400)]
    public async Task A_handshake_that_is_not_one_is_refused(string header, string value, int status)
    {
        await using var proxy = await TestProxy.StartAsync();
        var headers = RawBrowser.Headers(TestProxy.Token(Nowhere));
        headers[header] = value;
        using var browser = await RawBrowser.RequestAsync(proxy.Address, headers);
        browser.Status.ShouldBe(status);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/desktop/desktop00001/vnc/")]
    [InlineData("/desktop/desktop00001/vnc?x=1")]
    [InlineData("/desktop/../desktop00001/vnc")]
    [InlineData("/desktop/DESKTOP00001/vnc")]
    [InlineData("/desktop/desktop00001%2fvnc")]
    [InlineData("//desktop/desktop00001/vnc")]
    [InlineData("/internal/v1/keys")]
    public async Task Any_other_path_is_not_found(string path)
    {
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await RawBrowser.RequestAsync(proxy.Address, RawBrowser.Headers(TestProxy.Token(Nowhere)), path);
        browser.Status.ShouldBe(404);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_appears_later_is_fetched_when_a_token_names_it()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var next = RsaKey.Create("key-2");
        proxy.Api.Keys[next.Kid] = next;
        using var browser = await OpenAsync(proxy, TestProxy.Token(vnc.Target, key: next));
        browser.Status.ShouldBe(101);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tokens_with_unknown_keys_cannot_make_the_proxy_flood_the_api()
    {
        await using var proxy = await TestProxy.StartAsync();
        using var unknown = RsaKey.Create("key-x");
        var before = proxy.Api.KeyFetches;
        for (var i = 0; i < 10; i++)
        {
            using var browser = await OpenAsync(proxy, TestProxy.Token(Nowhere, key: unknown));
            browser.Status.ShouldBe(401);
        }

        (proxy.Api.KeyFetches - before).ShouldBeLessThan(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_keys_message_of_the_feed_fetches_the_keys_again()
    {
        await using var proxy = await TestProxy.StartAsync();
        await Eventually.TrueAsync(() => proxy.Api.Subscribers == 1);
        var before = proxy.Api.KeyFetches;
        proxy.Api.Say("keys", new { });
        await Eventually.TrueAsync(() => proxy.Api.KeyFetches > before);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_that_was_signed_out_opens_nothing_any_more()
    {
        await using var proxy = await TestProxy.StartAsync();
        await Eventually.TrueAsync(() => proxy.Api.Subscribers == 1);
        proxy.Api.Say("revoke", new { sessionId = "session-1", until = DateTimeOffset.UtcNow.AddMinutes(5) });
        proxy.Api.Say("keys", new { });
        var fetched = proxy.Api.KeyFetches;
        await Eventually.TrueAsync(() => proxy.Api.KeyFetches > fetched - 1);
        RawBrowser? browser = null;
        for (var attempt = 0; attempt < 200 && browser?.Status != 401; attempt++)
        {
            browser?.Dispose();
            browser = await OpenAsync(proxy, TestProxy.Token(Nowhere));
        }

        browser!.Status.ShouldBe(401);
        browser.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_that_does_not_run_is_refused_with_409_and_its_code()
    {
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.OpenRefusal = (409, "desktop_not_running"));
        using var browser = await OpenAsync(proxy, TestProxy.Token(Nowhere));
        browser.Status.ShouldBe(409);
        browser.Body.ShouldContain("desktop_not_running");
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_the_api_nothing_is_opened_and_the_answer_is_503()
    {
        await using var proxy = await TestProxy.StartAsync();
        await proxy.Api.StopAsync();
        using var browser = await OpenAsync(proxy, TestProxy.Token(Nowhere));
        browser.Status.ShouldBe(503);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_head_that_is_too_large_is_refused_with_431()
    {
        await using var proxy = await TestProxy.StartAsync();
        var headers = RawBrowser.Headers(null);
        headers["X-Long"] = new string('x', 20_000);
        using var browser = await RawBrowser.RequestAsync(proxy.Address, headers);
        browser.Status.ShouldBe(431);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_never_ends_is_given_up_with_408()
    {
        await using var proxy = await TestProxy.StartAsync(s => s with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        using var browser = await RawBrowser.SendRequestAsync(proxy.Address, "GET /desktop/"u8.ToArray());
        browser.Status.ShouldBe(408);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/health/live", "ok")]
    [InlineData("/health/ready", "ok")]
    [InlineData("/metrics", "cws_desktop_sessions 0")]
    public async Task Health_and_metrics_are_answered_on_the_same_port(string path, string expected)
    {
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await RawBrowser.RequestAsync(proxy.Address, new Dictionary<string, string>(StringComparer.Ordinal) { ["Host"] = "x" }, path);
        browser.Status.ShouldBe(200);
        browser.Body.ShouldContain(expected);
    }

    [Fact(Timeout = 60_000)]
    public async Task No_token_and_no_key_is_ever_logged()
    {
        await using var vnc = new ScriptedVnc(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(s => s with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        var token = TestProxy.Token(vnc.Target);
        using var browser = await RawBrowser.ConnectAsync(proxy.Address, token);
        await browser.ReadCloseAsync();
        using var again = await OpenAsync(proxy, token);
        proxy.Logs.Lines.ShouldNotBeEmpty();
        proxy.Logs.Lines.ShouldAllBe(l => !l.Contains(token) && !l.Contains(ScriptedVnc.Password) && !l.Contains(StubApi.InternalKey) && !l.Contains(token.Substring(50, 40)));
    }

    private static Task<RawBrowser> OpenAsync(TestProxy proxy, string token) => RawBrowser.RequestAsync(proxy.Address, RawBrowser.Headers(token));
}
