using System.Collections.Concurrent;
using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests.Fuzzing;

/// <summary>Spoiled streams from either side of the RFB engine, each through a whole proxy that must serve the next one.</summary>
public sealed class RfbFuzzTests
{
    private const int Limit = 300_000;
    private const int Streams = 120;

    // What noVNC says in the first second, handshake included.
    private static readonly byte[][] Browser =
    [
        [.. "RFB 003.008\n"u8], [1], [1],
        [0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0],
        [2, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 0, 0xC0, 0xA1, 0xE5, 0xCE, 0xFF, 0xFF, 0xFE, 0xC4],
        [3, 0, 0, 0, 0, 0, 2, 128, 1, 224],
        [5, 0, 0, 10, 0, 20], [5, 1, 0, 10, 0, 20], [5, 0, 0, 10, 0, 20],
        [4, 1, 0, 0, 0, 0, 0, 0x61], [255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 30],
        [6, 0, 0, 0, 0, 0, 0, 5, .. "hello"u8], [6, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xF7, 16, 0, 0, 1, 1, 2, 3, 4, 5],
        [248, 0, 0, 0, 0x80, 0, 0, 0, 2, 1, 2], [150, 1, 0, 0, 0, 0, 4, 0, 3, 0],
        [251, 0, 4, 0, 3, 0, 1, 0, .. new byte[16]], [250, 0, 1, 2],
    ];

    [Fact(Timeout = Limit)]
    public async Task Whatever_a_browser_sends_the_VNC_server_gets_known_messages_only_and_the_next_session_works()
    {
        var received = new ConcurrentBag<byte[]>();
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            using var all = new MemoryStream();
            await CopyAsync(stream, all);
            received.Add(all.ToArray());
        });
        await using var proxy = await TestProxy.StartAsync();
        for (var seed = 0; seed < Streams; seed++)
        {
            // Spoiled inside the frames, or with them.
            var wire = seed % 2 == 0
                ? [.. Browser.Take(3).SelectMany(m => RawBrowser.Frame(2, m)), .. Chunks(Mutator.Spoil([.. Browser.Skip(3).SelectMany(m => m)], seed), seed)]
                : Mutator.Spoil([.. Browser.SelectMany(m => RawBrowser.Frame(2, m))], seed);
            await TellAsync(proxy, vnc, wire);
        }

        await Eventually.TrueAsync(() => proxy.Sessions.Count == 0);
        await StillServesAsync(proxy);
        received.Count(stream => stream.Length > 0).ShouldBeGreaterThan(Streams / 10);
        foreach (var stream in received)
        {
            RfbReference.Problem(stream).ShouldBeNull();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Whatever_a_VNC_server_sends_the_browser_gets_whole_frames_and_the_next_session_works()
    {
        byte[] honest = [.. "RFB 003.008\n"u8, 1, 2, .. new byte[16], 0, 0, 0, 0, .. ScriptedVnc.ServerInit("a screen"), 0, 0, 0, 1, .. new byte[60]];
        await using var proxy = await TestProxy.StartAsync(s => s with { CloseTimeout = TimeSpan.FromSeconds(20) });
        for (var seed = 0; seed < Streams; seed++)
        {
            var spoiled = Mutator.Spoil(honest, seed);
            await using var vnc = new ScriptedVnc(async stream =>
            {
                await stream.WriteAsync(spoiled);
                stream.Socket.Shutdown(SocketShutdown.Send);
                await ScriptedVnc.UntilClosedAsync(stream);
            });
            using var browser = await proxy.ConnectAsync(vnc.Target);
            await browser.WriteAsync([.. Browser.Take(3).SelectMany(m => RawBrowser.Frame(2, m))]);
            var close = await browser.ReadCloseAsync();
            close.CloseCode.ShouldBeOneOf(4004, 4005);
        }

        await StillServesAsync(proxy);
    }

    [Fact(Timeout = Limit)]
    public async Task A_VNC_server_whose_bytes_come_one_at_a_time_is_served()
    {
        await using var vnc = new ScriptedVnc(async stream =>
        {
            foreach (var b in (byte[])[.. "RFB 003.008\n"u8, 1, 1, 0, 0, 0, 0, .. ScriptedVnc.ServerInit("slow")])
            {
                await stream.WriteAsync(new[] { b });
                await Task.Yield();
            }

            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        System.Text.Encoding.ASCII.GetString((await browser.RfbHandshakeAsync())[24..]).ShouldBe("slow");
    }

    [Fact(Timeout = Limit)]
    public async Task A_VNC_server_that_never_answers_is_given_up()
    {
        await using var vnc = new ScriptedVnc(ScriptedVnc.UntilClosedAsync);
        await using var proxy = await TestProxy.StartAsync(s => s with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        using var browser = await proxy.ConnectAsync(vnc.Target);
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(4004);
    }

    /// <summary>Sends what it has, then leaves as a browser that was killed does.</summary>
    private static async Task TellAsync(TestProxy proxy, ScriptedVnc vnc, byte[] wire)
    {
        using var browser = await proxy.ConnectAsync(vnc.Target);
        try
        {
            await browser.WriteAsync(wire);
            browser.Socket.Shutdown(SocketShutdown.Send);
            while (await browser.ReadFrameAsync() is not null)
            {
                // Until the proxy has closed.
            }
        }
        catch (IOException)
        {
            // It did so before everything was said.
        }
    }

    private static async Task StillServesAsync(TestProxy proxy)
    {
        await using var vnc = ScriptedVnc.Honest(SessionTests.EchoAsync);
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        await browser.SendAsync(Browser[9]);
        (await browser.ReadDataAsync(8)).ShouldBe(Browser[9]);
        proxy.Logs.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static byte[] Chunks(byte[] payload, int seed) => [.. payload.Chunk(1 + (seed % 30)).SelectMany(part => RawBrowser.Frame(2, part))];

    private static async Task CopyAsync(NetworkStream stream, MemoryStream all)
    {
        try
        {
            await stream.CopyToAsync(all);
        }
        catch (IOException)
        {
            // Reset: what came is what came.
        }
    }
}
