using CloudWorkstation.DesktopProxy.Rfb;
using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

/// <summary>When a person first sees something of their desktop.</summary>
public sealed class FirstFrameTests
{
    private static readonly byte[] Caps = [3, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFC, 1, 0, 0, 1];
    private static readonly byte[] Text = [3, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69];
    private static readonly byte[] Fence = [248, 0, 0, 0, 0, 0, 0, 1, 2, 9, 9];
    private static readonly byte[] Pixels = [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4];
    private static readonly byte[] ScreenSize = [0, 0, 0, 1, 0, 0, 0, 0, 2, 128, 1, 224, 0xFF, 0xFF, 0xFE, 0xCC, 0, 0, 0, 0];

    [Fact]
    public void Pixels_are_a_frame_also_behind_what_a_server_says_first()
    {
        FirstFrame.IsIn(Pixels, 0).ShouldBeTrue();
        FirstFrame.IsIn([2, .. Caps, .. Text, 150, .. Fence, .. Pixels], 0).ShouldBeTrue();
    }

    [Fact]
    public void Words_bells_fences_sizes_and_empty_updates_are_no_frame()
    {
        foreach (var said in new[] { [], [2], [0], [0, 0], Caps, Text, Fence, [2, .. Caps, .. Fence], ScreenSize, [0, 0, 0, 0], Pixels[..15], [1, 0, 0, 0], Caps[..7] })
        {
            FirstFrame.IsIn(said, 0).ShouldBeFalse(Convert.ToHexString(said));
        }
    }

    [Fact]
    public void Much_data_is_pixels_however_it_begins() => FirstFrame.IsIn([77, .. new byte[1000]], FirstFrame.Much - 1000).ShouldBeTrue();

    [Fact(Timeout = 60_000)]
    public async Task The_api_hears_of_the_first_frame_and_not_before()
    {
        var paint = new TaskCompletionSource();
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            await stream.WriteAsync((byte[])[.. Caps, 2]);
            await paint.Task;
            await stream.WriteAsync(Pixels);
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target, "looking");
        await browser.RfbHandshakeAsync();
        await browser.ReadDataAsync(Caps.Length + 1);
        var reports = proxy.Api.Reports.Count;
        await Eventually.TrueAsync(() => proxy.Api.Reports.Count > reports + 1);
        proxy.Api.Reports.Any(r => r.Body.TryGetProperty("firstFrameAt", out _)).ShouldBeFalse();

        paint.SetResult();

        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Body.TryGetProperty("firstFrameAt", out _)));
        var first = proxy.Api.Reports.First(r => r.Body.TryGetProperty("firstFrameAt", out _)).Body.GetProperty("firstFrameAt").GetDateTimeOffset();
        await browser.WriteAsync(RawBrowser.Frame(8, [0x03, 0xE8]));
        await Eventually.TrueAsync(() => proxy.Api.Closes.Any(c => c.Connection == "looking" && c.Body.GetProperty("firstFrameAt").GetDateTimeOffset() == first));
    }
}
