using System.Text;
using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>What ends a session whose rules somebody does not keep, or whose time is over.</summary>
public sealed class PolicyTests
{
    private static readonly byte[] Key = [4, 1, 0, 0, 0, 0, 0, 0x61];
    private static readonly byte[] CutText = [6, 0, 0, 0, 0, 0, 0, 3, .. "abc"u8];

    [Theory(Timeout = 60_000)]
    [InlineData("out")]
    [InlineData("off")]
    public async Task A_page_that_sends_a_forbidden_clipboard_is_cut_off_and_the_desktop_gets_none_of_it(string rule)
    {
        var received = new TaskCompletionSource<byte[]>();
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            using var all = new MemoryStream();
            try
            {
                await stream.CopyToAsync(all);
            }
            finally
            {
                received.TrySetResult(all.ToArray());
            }
        });
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.Clipboard = rule);
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();

        await browser.SendAsync([.. Key, .. CutText, .. Key]);

        var close = await browser.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((4006, "policy"));
        Encoding.Latin1.GetString(await received.Task).ShouldNotContain("abc");
        await Eventually.TrueAsync(() => proxy.Api.Closes.Any(c => c.Body.GetProperty("reason").GetString() == "policy"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_viewer_that_presses_a_key_is_cut_off()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.Access = "view");
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();

        await browser.SendAsync(Key);

        (await browser.ReadCloseAsync()).CloseReason.ShouldBe("policy");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_viewer_does_not_get_the_clipboard_of_the_one_who_works()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            await stream.WriteAsync((byte[])[3, 0, 0, 0, 0, 0, 0, 3, .. "abc"u8, 2]);
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.Access = "view");
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();

        (await browser.ReadDataAsync(1)).ShouldBe([2]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_ends_by_itself_when_its_time_is_over()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.EndsAt = DateTimeOffset.UtcNow);
        using var browser = await proxy.ConnectAsync(vnc.Target);

        var close = await browser.ReadCloseAsync();

        (close.CloseCode, close.CloseReason).ShouldBe((4006, "maximum-session"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_whose_time_is_not_over_goes_on()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            await ScriptedVnc.ReadAsync(stream, Key.Length);
            await stream.WriteAsync(new byte[] { 2 });
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.EndsAt = DateTimeOffset.UtcNow.AddDays(3));
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();
        await browser.SendAsync(Key);

        (await browser.ReadDataAsync(1)).ShouldBe([2]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_policy_that_became_stricter_ends_the_session_with_a_word_that_lets_the_page_come_back()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();

        proxy.Api.ReportRefusal = (409, "policy-changed");

        (await browser.ReadCloseAsync()).CloseReason.ShouldBe("policy-changed");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_whose_stream_cannot_be_followed_ends_where_it_must_be()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            await stream.WriteAsync((byte[])[99, 0, 0, 0]);
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.Clipboard = "in");
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();

        (await browser.ReadCloseAsync()).CloseReason.ShouldBe("protocol");
    }
}
