using System.Text;
using CloudWorkstation.DesktopProxy.Recording;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Tests.Recording;

/// <summary>A session that the api wants recorded, through the whole proxy.</summary>
public sealed class RecordingTests
{
    private static readonly byte[] KeyA = [4, 1, 0, 0, 0, 0, 0, 0x61];
    private static readonly RecordingLimits Quick = new() { Flush = TimeSpan.FromMilliseconds(50), Retry = TimeSpan.FromMilliseconds(20) };

    [Fact(Timeout = 60_000)]
    public async Task What_the_browser_gets_is_recorded_from_ServerInit_on_and_the_end_is_told()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            await stream.WriteAsync("pixels of a screen"u8.ToArray());
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.Demand());
        using (var browser = await SessionTests.OpenAsync(proxy, vnc))
        {
            (await browser.ReadDataAsync(18)).ShouldBe("pixels of a screen"u8.ToArray());
            await browser.WriteAsync(RawBrowser.Frame(8, [0x03, 0xe8]));
            await Eventually.TrueAsync(() => !proxy.Api.Recordings.Completed.IsEmpty);
        }

        var records = proxy.Api.Recordings.Records();
        (records[0].Kind, Encoding.ASCII.GetString(records[0].Content)).ShouldBe((RecordKind.Start, "rfb"));
        proxy.Api.Recordings.Screen().ShouldBe([.. ScriptedVnc.ServerInit("test"), .. "pixels of a screen"u8]);
        (records[^1].Kind, Encoding.ASCII.GetString(records[^1].Content)).ShouldBe((RecordKind.End, "closed"));
        proxy.Api.Recordings.Completed.Single().ShouldBe(((uint)proxy.Api.Recordings.Chunks.Count, "closed"));
        records.Select(r => r.At).ShouldBe(records.Select(r => r.At).Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_on_the_screen_leaves_the_proxy_before_the_session_ends_and_is_never_readable_on_the_way()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            await stream.WriteAsync("a secret that is on the screen"u8.ToArray());
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.Demand(), recording: Quick);
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        await browser.ReadDataAsync(30);
        await Eventually.TrueAsync(() => proxy.Api.Recordings.Screen().AsSpan().EndsWith("a secret that is on the screen"u8));
        proxy.Api.Recordings.Chunks.Values.ShouldAllBe(c => !Holds(c, "secret") && !Holds(c, "rfb"));
        proxy.Sessions.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Keys_are_kept_only_where_the_policy_says_so_and_their_time_always()
    {
        foreach (var keys in new[] { true, false })
        {
            await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
            await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.Demand(keys), recording: Quick);
            using var browser = await SessionTests.OpenAsync(proxy, vnc);
            // One message in two frames, another behind a list of encodings.
            await browser.SendAsync(KeyA[..3]);
            await browser.SendAsync([.. KeyA[3..], 2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7, 5, 1, 0, 10, 0, 20, .. KeyA]);
            await Eventually.TrueAsync(() => proxy.Api.Recordings.Records().Any(r => r.Kind == RecordKind.Pointer));
            var records = proxy.Api.Recordings.Records();
            records.Count(r => r.Kind == RecordKind.Mark && r.Content[0] == (byte)Activity.Key).ShouldBeGreaterThanOrEqualTo(1);
            records.Single(r => r.Kind == RecordKind.Pointer).Content.ShouldBe([1, 0, 10, 0, 20]);
            await Eventually.TrueAsync(() => proxy.Api.Recordings.Records().Count(r => r.Kind == RecordKind.Key) == (keys ? 2 : 0));
            proxy.Api.Recordings.Records().Where(r => r.Kind == RecordKind.Key).ShouldAllBe(r => Convert.ToHexString(r.Content) == "0100000061");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_recorded_that_nobody_ordered()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync();
        using (var browser = await SessionTests.OpenAsync(proxy, vnc))
        {
            await browser.SendAsync(KeyA);
            await browser.WriteAsync(RawBrowser.Frame(8, [0x03, 0xe8]));
            await Eventually.TrueAsync(() => !proxy.Api.Closes.IsEmpty);
        }

        (proxy.Api.Recordings.Asked, proxy.Api.Recordings.Completed.Count).ShouldBe((0, 0));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_recording_that_the_api_refuses_ends_the_session_with_its_own_word()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.Demand(), recording: Quick);
        proxy.Api.Recordings.Refusal = 409;
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        var close = await browser.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((4006, "recording"));
        await Eventually.TrueAsync(() => proxy.Sessions.Count == 0);
        proxy.Api.Recordings.Completed.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_api_that_fails_for_longer_than_patience_ends_the_session()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.Demand(), recording: Quick with { Patience = TimeSpan.FromMilliseconds(200) });
        proxy.Api.Recordings.Refusal = 503;
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        (await browser.ReadCloseAsync()).CloseReason.ShouldBe("recording");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_api_that_fails_for_a_moment_ends_nothing_and_loses_nothing()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            await stream.WriteAsync("before"u8.ToArray());
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.Demand(), recording: Quick);
        proxy.Api.Recordings.Refusal = 503;
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        await Eventually.TrueAsync(() => proxy.Api.Recordings.Asked >= 3);
        proxy.Api.Recordings.Refusal = 0;
        await Eventually.TrueAsync(() => proxy.Api.Recordings.Screen().AsSpan().EndsWith("before"u8));
        proxy.Sessions.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_data_key_that_does_not_open_keeps_the_desktop_shut()
    {
        await using var vnc = ScriptedVnc.Honest(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.DemandWithStrangeKey());
        using var browser = await proxy.ConnectAsync(vnc.Target);
        (await browser.ReadCloseAsync()).CloseReason.ShouldBe("recording");
        proxy.Api.Recordings.Asked.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_recording_that_is_as_large_as_it_may_be_ends_whole_so_that_the_next_goes_on()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            // No compression makes this small, and a handshake alone never makes a recording so long, however slow it is.
            var pixels = new byte[64 * 1024];
            Random.Shared.NextBytes(pixels);
            await stream.WriteAsync(pixels);
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync(prepare: a => a.Recordings.Demand(maximumBytes: 32 * 1024), recording: Quick);
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        (await browser.ReadCloseAsync()).CloseReason.ShouldBe("next-part");
        await Eventually.TrueAsync(() => !proxy.Api.Recordings.Completed.IsEmpty);
        proxy.Api.Recordings.Completed.Single().ShouldBe(((uint)proxy.Api.Recordings.Chunks.Count, "next-part"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_flood_into_an_api_that_takes_nothing_is_held_back_and_the_memory_of_the_session_is_bounded()
    {
        long sent = 0;
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            var pixels = new byte[64 * 1024];
            Random.Shared.NextBytes(pixels);
            while (true)
            {
                await stream.WriteAsync(pixels);
                Interlocked.Add(ref sent, pixels.Length);
            }
        });
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var proxy = await TestProxy.StartAsync(
            prepare: a =>
            {
                a.Recordings.Demand();
                a.Recordings.Held = held;
            },
            recording: Quick with { Patience = TimeSpan.FromMinutes(1) });
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        var reading = ReadAllAsync(browser);
        var (last, still) = (-1L, 0);
        while (still < 20)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            var now = Interlocked.Read(ref sent);
            still = now == last && now > 0 ? still + 1 : 0;
            last = now;
        }

        // Two megabytes of segments, and what the kernel holds of two sockets.
        last.ShouldBeLessThan(24 << 20);
        proxy.Sessions.Count.ShouldBe(1);
        proxy.Api.Recordings.Held = null;
        held.SetResult();
        await Eventually.TrueAsync(() => Interlocked.Read(ref sent) > last + (8 << 20));
        browser.Dispose();
        await reading;
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    private static async Task ReadAllAsync(RawBrowser browser)
    {
        try
        {
            while (await browser.ReadFrameAsync() is not null)
            {
                // For nobody.
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
