using System.Net.Sockets;
using System.Net.WebSockets;
using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>The life of a connection: bytes, input, ends.</summary>
public sealed class SessionTests
{
    private static readonly byte[] KeyA = [4, 1, 0, 0, 0, 0, 0, 0x61];
    private static readonly byte[] UpdateRequest = [3, 1, 0, 0, 0, 0, 2, 128, 1, 224];

    [Fact(Timeout = 60_000)]
    public async Task A_browser_reaches_the_desktop_and_bytes_flow_both_ways()
    {
        await using var vnc = ScriptedVnc.Honest(EchoAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        await browser.SendAsync(KeyA);
        (await browser.ReadDataAsync(8)).ShouldBe(KeyA);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_frameworks_own_WebSocket_client_is_served()
    {
        await using var vnc = ScriptedVnc.Honest(EchoAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Origin", TestProxy.Origin);
        client.Options.SetRequestHeader("Cookie", "cws_desktop=" + TestProxy.Token(vnc.Target));
        client.Options.AddSubProtocol("binary");
        await client.ConnectAsync(new Uri($"ws://{proxy.Address}/desktop/{TestProxy.DesktopId}/vnc"), TestContext.Current.CancellationToken);
        var buffer = new byte[100];
        (await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken)).Count.ShouldBe(12);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact(Timeout = 60_000)]
    public async Task Frames_that_arrive_one_byte_at_a_time_are_understood()
    {
        await using var vnc = ScriptedVnc.Honest(EchoAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        foreach (var b in RawBrowser.Frame(2, KeyA))
        {
            await browser.WriteAsync([b]);
            await Task.Yield();
        }

        (await browser.ReadDataAsync(8)).ShouldBe(KeyA);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ping_in_the_middle_of_a_fragmented_message_is_answered()
    {
        await using var vnc = ScriptedVnc.Honest(EchoAsync);
        await using var proxy = await TestProxy.StartAsync(s => s with { ReportInterval = TimeSpan.FromMinutes(5) });
        using var browser = await OpenAsync(proxy, vnc);
        await browser.WriteAsync([
            .. RawBrowser.Frame(2, KeyA.AsSpan(0, 3), final: false), .. RawBrowser.Frame(9, "hello"u8), .. RawBrowser.Frame(0, KeyA.AsSpan(3))]);
        var frames = new List<ServerFrame>();
        while (!frames.Exists(f => f.Opcode == 10) || !frames.Exists(f => f.Opcode == 2))
        {
            frames.Add((await browser.ReadFrameAsync())!);
        }

        frames.Single(f => f.Opcode == 10).Payload.ShouldBe("hello"u8.ToArray());
        frames.Single(f => f.Opcode == 2).Payload.ShouldBe(KeyA);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("unmasked")]
    [InlineData("reserved")]
    [InlineData("text")]
    [InlineData("opcode")]
    [InlineData("long-ping")]
    [InlineData("orphan")]
    public async Task A_frame_that_breaks_the_WebSocket_protocol_ends_with_1002(string what)
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        await browser.WriteAsync(what switch
        {
            "unmasked" => RawBrowser.Frame(2, KeyA, masked: false),
            "reserved" => [0xC2, .. RawBrowser.Frame(2, KeyA)[1..]],
            "text" => RawBrowser.Frame(1, KeyA),
            "opcode" => RawBrowser.Frame(5, KeyA),
            "long-ping" => RawBrowser.Frame(9, new byte[126]),
            _ => RawBrowser.Frame(0, KeyA),
        });
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(1002);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_browser_that_closes_gets_its_close_back_and_the_api_hears_of_it()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target, "closing");
        await browser.RfbHandshakeAsync();
        await browser.WriteAsync(RawBrowser.Frame(8, [0x03, 0xE8]));
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(1000);
        await Eventually.TrueAsync(() => proxy.Api.Closes.Any(c => c.Connection == "closing" && c.Body.GetProperty("reason").GetString() == "closed"));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_message_of_the_browser_ends_with_4005_and_reaches_nobody()
    {
        var received = new List<byte>();
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            var one = new byte[1];
            while (await stream.ReadAsync(one) > 0)
            {
                received.Add(one[0]);
            }
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        await browser.SendAsync(77, 1, 2, 3);
        var close = await browser.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((4005, "protocol"));
        received.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Reports_carry_bytes_the_round_trip_and_the_time_of_real_input()
    {
        await using var vnc = ScriptedVnc.Honest(EchoAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        await browser.SendAsync(UpdateRequest);
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Body.GetProperty("bytesToDesktop").GetInt64() == UpdateRequest.Length));
        proxy.Api.Reports.Any(r => r.Body.TryGetProperty("lastInputAt", out _)).ShouldBeFalse();
        await browser.SendAsync(KeyA);
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Body.TryGetProperty("lastInputAt", out _)));

        // A raw browser answers pings only when told to.
        var ping = await browser.ReadFrameAsync();
        while (ping!.Opcode != 9)
        {
            ping = await browser.ReadFrameAsync();
        }

        var latest = ping;
        await browser.WriteAsync(RawBrowser.Frame(10, latest.Payload));
        while (!proxy.Api.Reports.Any(r => r.Body.TryGetProperty("roundTripMilliseconds", out _)))
        {
            ping = await browser.ReadFrameAsync();
            await browser.WriteAsync(RawBrowser.Frame(10, ping!.Payload));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("end-desktop", 4001, "stopped")]
    [InlineData("end-connection", 4006, "replaced")]
    [InlineData("end-session", 4000, "signed-out")]
    [InlineData("revoke", 4000, "signed-out")]
    [InlineData("unroute", 4002, "deleted")]
    [InlineData("route-stopped", 4001, "stopped")]
    [InlineData("route-deleting", 4002, "deleted")]
    public async Task The_feed_ends_a_session_with_the_right_code(string message, int code, string word)
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        await Eventually.TrueAsync(() => proxy.Api.Subscribers == 1);
        using var browser = await proxy.ConnectAsync(vnc.Target, "conn-" + message);
        await browser.RfbHandshakeAsync();
        const string Desktop = TestProxy.DesktopId;
        (string Name, object Data) said = message switch
        {
            "end-desktop" => ("end", new { desktop = Desktop, reason = "stopped" }),
            "end-connection" => ("end", new { connection = "conn-" + message, reason = "replaced" }),
            "end-session" => ("end", new { sessionId = "session-1", reason = "signed-out" }),
            "revoke" => ("revoke", new { sessionId = "session-1", until = DateTimeOffset.UtcNow.AddMinutes(5) }),
            "unroute" => ("unroute", new { desktop = Desktop }),
            "route-stopped" => ("route", new { desktop = Desktop, state = "stopped" }),
            _ => ("route", new { desktop = Desktop, state = "deleting" }),
        };
        proxy.Api.Say(said.Name, said.Data);
        var close = await browser.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((code, word));
        (await browser.ReadFrameAsync()).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_for_somebody_else_ends_nothing()
    {
        await using var vnc = ScriptedVnc.Honest(EchoAsync);
        await using var proxy = await TestProxy.StartAsync();
        await Eventually.TrueAsync(() => proxy.Api.Subscribers == 1);
        using var browser = await OpenAsync(proxy, vnc);
        proxy.Api.Say("end", new { desktop = "desktop00002", reason = "stopped" });
        proxy.Api.Say("end", new { desktop = TestProxy.DesktopId, connection = "another", reason = "stopped" });
        proxy.Api.Say("end", new { reason = "stopped" });
        var fetched = proxy.Api.KeyFetches;
        proxy.Api.Say("keys", new { });
        await Eventually.TrueAsync(() => proxy.Api.KeyFetches > fetched);
        await browser.SendAsync(KeyA);
        (await browser.ReadDataAsync(8)).ShouldBe(KeyA);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_report_ends_the_session_with_its_reason()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        proxy.Api.ReportRefusal = (409, "stopped");
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(4001);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_api_that_goes_away_and_comes_back_ends_no_session()
    {
        await using var vnc = ScriptedVnc.Honest(EchoAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        var port = new Uri(proxy.Api.Address).Port;
        await proxy.Api.StopAsync();
        await browser.SendAsync(KeyA);
        (await browser.ReadDataAsync(8)).ShouldBe(KeyA);
        await proxy.Api.ListenAsync(port);
        proxy.Api.Reports.Clear();
        await Eventually.TrueAsync(() => !proxy.Api.Reports.IsEmpty && proxy.Api.Subscribers == 1);
        await browser.SendAsync(KeyA);
        (await browser.ReadDataAsync(8)).ShouldBe(KeyA);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_that_was_deleted_while_the_feed_was_down_ends_after_the_snapshot()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        var port = new Uri(proxy.Api.Address).Port;
        await proxy.Api.StopAsync();
        proxy.Api.Routes.Clear();
        await proxy.Api.ListenAsync(port);
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(4002);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_that_stops_tells_its_browsers_to_come_back()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await OpenAsync(proxy, vnc);
        var stopping = proxy.StopHostAsync();
        var close = await browser.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((1001, "restarting"));
        await stopping;
        proxy.Sessions.Count.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_browser_that_answers_no_ping_is_given_up()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(s => s with { SilenceTimeout = TimeSpan.FromMilliseconds(500) });
        using var browser = await OpenAsync(proxy, vnc);
        await Eventually.TrueAsync(() => proxy.Sessions.Count == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task More_sessions_than_allowed_are_refused_with_503()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(s => s with { MaximumSessions = 1 });
        using var first = await OpenAsync(proxy, vnc);
        using var second = await RawBrowser.RequestAsync(proxy.Address, RawBrowser.Headers(TestProxy.Token(vnc.Target)));
        second.Status.ShouldBe(503);
    }

    internal static async Task<RawBrowser> OpenAsync(TestProxy proxy, ScriptedVnc vnc)
    {
        var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();
        return browser;
    }

    internal static async Task EchoAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read));
        }
    }
}
