using System.Buffers.Binary;
using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>Against the VNC server that desktops really run.</summary>
public sealed class XtigervncTests
{
    private static readonly byte[] RawOnly = [2, 0, 0, 1, 0, 0, 0, 0];
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
}
