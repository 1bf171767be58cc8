using System.Text;
using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Recording;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;
using CloudWorkstation.Tokens.Recordings;

namespace CloudWorkstation.DesktopProxy.Tests.Recording;

/// <summary>A session through guacd that the api wants recorded: an owner's, and a guest's who joined it.</summary>
public sealed class GuacamoleRecordingTests
{
    private static readonly RecordingLimits Quick = new() { Flush = TimeSpan.FromMilliseconds(50), Retry = TimeSpan.FromMilliseconds(20) };

    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_somebody_sees_and_types_is_recorded(bool isGuest)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
            {
                await user.DrawAsync(640, 480);
                await user.UntilGoneAsync();
            },
        });
        await using var proxy = await TestProxy.StartAsync(s => s with { Guacd = GuacdAddress.Parse(guacd.Address) }, recording: Quick);
        using var owner = isGuest ? await GuacamolePage.OpenAsync(proxy) : null;
        proxy.Api.Recordings.Demand(keys: true);
        var token = TestProxy.Token(GuacamolePage.Target, change: t => isGuest ? t with { Share = "a-share" } : t);
        using var page = new GuacamolePage(await RawBrowser.RequestAsync(proxy.Address, GuacamolePage.Headers(token), $"/desktop/{TestProxy.DesktopId}/guacamole?width=640&height=480"));
        await page.ReadAsync("sync");
        await page.SendAsync("key", 97, 1);

        await Eventually.TrueAsync(() => proxy.Api.Recordings.Records().Any(r => r.Kind == RecordKind.Key));

        var records = proxy.Api.Recordings.Records();
        (records[0].Kind, Encoding.ASCII.GetString(records[0].Content)).ShouldBe((RecordKind.Start, "guacamole+keys"));
        Encoding.UTF8.GetString(proxy.Api.Recordings.Screen()).ShouldContain("4.size,1.0,3.640,3.480;");
    }
}
