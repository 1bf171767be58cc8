using System.Buffers.Binary;
using System.Net.Sockets;
using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>Against the VNC server that desktops really run.</summary>
public sealed class XtigervncTests
{
    private static readonly byte[] RawOnly = [2, 0, 0, 1, 0, 0, 0, 0];
    private static readonly byte[] NoVncPixels = [0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0];
    private static readonly int[] NoVncPseudo =
    [
        Encodings.Raw, Encodings.DesktopSize, Encodings.LastRect, Encodings.QemuExtendedKeyEvent, Encodings.QemuLedState, Encodings.ExtendedDesktopSize, Encodings.Xvp, Encodings.Fence,
        Encodings.ContinuousUpdates, Encodings.DesktopName, Encodings.VMwareCursor, Encodings.Cursor,
    ];

    private static readonly byte[] FullUpdate = [3, 0, 0, 0, 0, 0, 1, 64, 0, 200];

    [Fact(Timeout = 60_000)]
    public async Task A_real_server_is_authenticated_to_and_paints_its_screen()
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary), "Xtigervnc is not installed.");
        await using var vnc = await Xtigervnc.StartAsync();
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        var init = await browser.RfbHandshakeAsync();
        (BinaryPrimitives.ReadUInt16BigEndian(init), BinaryPrimitives.ReadUInt16BigEndian(init.AsSpan(2))).ShouldBe(((ushort)320, (ushort)200));
        await browser.SendAsync([.. RawOnly, .. FullUpdate]);
        var update = await browser.ReadDataAsync(4 + 12);
        update[0].ShouldBe((byte)0);
        (BinaryPrimitives.ReadUInt16BigEndian(update.AsSpan(8)), BinaryPrimitives.ReadInt32BigEndian(update.AsSpan(12))).ShouldBe(((ushort)320, 0));
        (await browser.ReadDataAsync(320 * 200 * 4)).Length.ShouldBe(256_000);
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Body.TryGetProperty("firstFrameAt", out _)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Keys_and_pointer_reach_a_real_server_and_the_session_goes_on()
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary), "Xtigervnc is not installed.");
        await using var vnc = await Xtigervnc.StartAsync();
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();
        await browser.SendAsync(4, 1, 0, 0, 0, 0, 0, 0x61, 4, 0, 0, 0, 0, 0, 0, 0x61, 5, 1, 0, 10, 0, 10, 5, 0, 0, 10, 0, 10);
        await browser.SendAsync([.. RawOnly, .. FullUpdate]);
        (await browser.ReadDataAsync(16))[0].ShouldBe((byte)0);
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Body.TryGetProperty("lastInputAt", out _)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_password_at_a_real_server_ends_with_4005()
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary), "Xtigervnc is not installed.");
        await using var vnc = await Xtigervnc.StartAsync();
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target with { Secret = "wrong" });
        (await browser.ReadCloseAsync()).CloseCode.ShouldBe(4005);
    }

    [Fact(Timeout = 120_000)]
    public async Task Whatever_a_real_server_sends_is_followed_and_only_its_clipboard_is_left_out()
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary) && File.Exists(Xtigervnc.Clipboard), "Xtigervnc or xclip is not installed.");
        await using var vnc = await Xtigervnc.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(vnc.Target.Host, vnc.Target.Port, TestContext.Current.CancellationToken);
        var server = new VncServer(socket);
        await server.AuthenticateAsync(vnc.Target.Secret, CancellationToken.None);
        var init = await server.InitializeAsync(1, CancellationToken.None);
        var all = new ServerStream(ClipboardRule.Both, init);
        var recorded = new List<byte[]>();
        await socket.SendAsync(NoVncPixels);

        int[][] wanted =
        [
            [Encodings.Raw], [Encodings.Rre], [Encodings.Hextile], [Encodings.Zrle], [Encodings.Tight], [Encodings.Tight, -29], [Encodings.Tight, -26, -247], [Encodings.CopyRect, Encodings.Zlib, Encodings.TightPng, Encodings.Jpeg, Encodings.H264],
        ];
        foreach (var (encodings, round) in wanted.Select((e, i) => (e, i)))
        {
            // Half of the rounds with the extended clipboard, half with RFC 6143's; the pointer moves so that its shape comes too.
            await vnc.CopyAsync($"secret-{round}");
            await socket.SendAsync(SetEncodings([.. encodings, .. NoVncPseudo, .. round % 2 == 0 ? [Encodings.ExtendedClipboard] : (int[])[]]));
            await socket.SendAsync((byte[])[.. FullUpdate, 5, 0, 0, (byte)(round * 10), 0, 30, 6, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFC, 2, 0, 0, 1]);
            await UntilAsync(all, all.Updates + 1);
        }

        await vnc.CopyAsync("secret-last");
        await socket.SendAsync(FullUpdate);
        await UntilAsync(all, all.Updates + 1);
        byte[] bytes = [.. recorded.SelectMany(r => r)];
        (all.Failure, all.IsBetweenMessages).ShouldBe(("", true));
        bytes.AsSpan().IndexOf("secret-"u8).ShouldBeGreaterThan(0, "the server has sent its clipboard");
        foreach (var read in new[] { 1, 7, 1460, 65_536 })
        {
            var passed = ServerStreamTests.Pass(ClipboardRule.Off, bytes, read, out var off, init);
            (off.Failure, off.IsBetweenMessages, off.Updates).ShouldBe(("", true, all.Updates));
            off.Withheld.ShouldBeGreaterThan(0);
            passed.Length.ShouldBeLessThan(bytes.Length);
            passed.AsSpan().IndexOf("secret-"u8).ShouldBe(-1);

            // What is left holds no clipboard at all, and is itself a whole stream.
            ServerStreamTests.Pass(ClipboardRule.Off, passed, 4096, out var again, init).ShouldBe(passed);
            (again.Withheld, again.Updates).ShouldBe((0, all.Updates));
        }

        async Task UntilAsync(ServerStream stream, long updates)
        {
            var buffer = new byte[65_536];
            while (stream.Updates < updates || !stream.IsBetweenMessages)
            {
                var received = await socket.ReceiveAsync(buffer);
                received.ShouldBeGreaterThan(0);
                recorded.Add(buffer[..received]);
                ServerStreamTests.Take(stream, buffer[..received]);
                stream.Failure.ShouldBeEmpty();
            }
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("off")]
    [InlineData("in")]
    public async Task A_real_servers_clipboard_does_not_come_out_where_it_must_not(string rule)
    {
        Assert.SkipUnless(File.Exists(Xtigervnc.Binary) && File.Exists(Xtigervnc.Clipboard), "Xtigervnc or xclip is not installed.");
        await using var vnc = await Xtigervnc.StartAsync();
        await using var proxy = await TestProxy.StartAsync(prepare: api => api.Clipboard = rule);
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();
        await browser.SendAsync([.. NoVncPixels, .. RawOnly, .. FullUpdate]);
        await browser.ReadDataAsync(16 + 256_000);

        // It would come before the pixels that are asked for after it.
        await vnc.CopyAsync("secret-text");
        await browser.SendAsync(FullUpdate);

        (await browser.ReadDataAsync(16))[0].ShouldBe((byte)0);
    }

    private static byte[] SetEncodings(int[] encodings)
    {
        var message = new byte[4 + (4 * encodings.Length)];
        message[0] = 2;
        message[3] = (byte)encodings.Length;
        for (var i = 0; i < encodings.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4 + (4 * i)), encodings[i]);
        }

        return message;
    }
}
