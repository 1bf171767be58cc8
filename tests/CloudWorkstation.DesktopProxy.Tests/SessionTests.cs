using CloudWorkstation.DesktopProxy.Tests.Support;

namespace CloudWorkstation.DesktopProxy.Tests;

public sealed class SessionTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_browser_reaches_the_desktop_and_bytes_flow_both_ways()
    {
        await using var vnc = ScriptedVnc.Honest(async stream =>
        {
            var key = await ScriptedVnc.ReadAsync(stream, 8);
            await stream.WriteAsync(key);
            await ScriptedVnc.UntilClosedAsync(stream);
        });
        await using var proxy = await TestProxy.StartAsync();
        using var browser = await proxy.ConnectAsync(vnc.Target);
        await browser.RfbHandshakeAsync();
        byte[] key = [4, 1, 0, 0, 0, 0, 0, 0x61];
        await browser.SendAsync(key);
        (await browser.ReadDataAsync(8)).ShouldBe(key);
    }
}
