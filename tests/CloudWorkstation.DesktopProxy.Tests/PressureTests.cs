using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

[Collection(Alone.Name)]
public sealed class PressureTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_browser_that_never_reads_stops_the_server_instead_of_filling_the_proxy()
    {
        long sent = 0;
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            var pixels = new byte[64 * 1024];
            while (true)
            {
                await stream.WriteAsync(pixels);
                Interlocked.Add(ref sent, pixels.Length);
            }
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        var (last, still) = (-1L, 0);
        while (still < 20)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            var now = Interlocked.Read(ref sent);
            still = now == last ? still + 1 : 0;
            last = now;
        }

        // What went is in the kernel's buffers: a few megabytes per socket, never what a flood would make of it.
        last.ShouldBeLessThan(64 << 20);
        proxy.Sessions.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_of_sixty_megabytes_streams_through_in_the_memory_of_a_small_one()
    {
        const int Length = 60 << 20;
        long received = 0;
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer) is > 0 and var read)
            {
                Interlocked.Add(ref received, read);
            }
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await SessionTests.OpenAsync(proxy, vnc);
        var paste = new byte[8 + Length];
        (paste[0], paste[4], paste[5]) = (6, Length >> 24, (Length >> 16) & 0xFF);
        var frame = RawBrowser.Frame(2, paste);
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes();
        await browser.WriteAsync(frame);
        await Eventually.TrueAsync(() => Interlocked.Read(ref received) == paste.Length);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(10 << 20);
    }
}
