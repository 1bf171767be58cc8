using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;

namespace CloudWorkstation.DesktopProxy.Tests.Guacamole;

/// <summary>What a session costs in which nothing happens.</summary>
public sealed class QuietSessionTests
{
    private const int Beats = 24;

    [Fact(Timeout = 120_000)]
    public async Task A_session_in_which_nothing_happens_is_heard_of_at_every_fourth_beat_and_input_at_the_next()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { KeepAlive = TimeSpan.FromMinutes(10) });
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd, s => s with { SilenceTimeout = TimeSpan.FromMinutes(10) });
        using var page = await GuacamolePage.OpenAsync(proxy);
        var user = await guacd.UserAsync();

        // Every second beat without a word of the page is a sign of life for guacd.
        await user.WaitForAsync("nop", Beats / 2);
        var reports = proxy.Api.Reports.Count;
        var beats = 2 * user.Received.Count(i => i.Opcode == "nop");
        reports.ShouldBeInRange(1, (beats / 4) + 4);

        await page.SendAsync("key", 97, 1);
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Body.TryGetProperty("lastInputAt", out _)));
    }
}
