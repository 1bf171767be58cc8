using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;

namespace CloudWorkstation.DesktopProxy.Tests.Guacamole;

public sealed class GuacamoleSessionTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_page_sees_what_guacd_draws_and_guacd_hears_what_the_page_says()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Session = async user =>
        {
            await user.DrawAsync(640, 480);
            await user.WaitForAsync("key");
            await user.UntilGoneAsync();
        } });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        (await page.ReadAsync("size")).ShouldBe(["size", "0", "640", "480"]);
        var sync = await page.ReadAsync("sync");
        await page.SendAsync("sync", sync[1]);
        await page.SendAsync("key", 97, 1);
        var key = await (await guacd.UserAsync()).WaitForAsync("key");
        key.Arguments.ShouldBe(["97", "1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_ping_of_the_tunnel_comes_back_and_never_reaches_guacd()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.SendAsync("", "ping", 1763700000000);
        (await page.ReadAsync("")).ShouldBe(["", "ping", "1763700000000"]);
        await page.SendAsync("key", 97, 1);
        var user = await guacd.UserAsync();
        await user.WaitForAsync("key");
        user.Received.ShouldNotContain(i => i.Opcode == "");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("1.1.0")]
    [InlineData("1.3.0")]
    [InlineData("1.5.0")]
    [InlineData("1.6.0")]
    public async Task Every_version_of_guacd_is_told_what_it_asks_for_by_name(string version)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Version = version });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(
            proxy, query: "?width=1280&height=720&dpi=120&timezone=Europe/Zurich&image=image/png&image=image/webp&audio=audio/L16");
        var handshake = (await guacd.UserAsync()).Handshake;
        handshake.Version.ShouldStartWith("VERSION_1_");
        handshake.Values["hostname"].ShouldBe("desktop.test");
        handshake.Values["port"].ShouldBe("5901");
        handshake.Values["password"].ShouldBe("s3cret!x");
        handshake.Told["size"].ShouldBe(["1280", "720", "120"]);
        handshake.Told["image"].ShouldBe(["image/png", "image/webp"]);
        handshake.Told["audio"].ShouldBe(["audio/L16"]);
        handshake.Told["timezone"].ShouldBe(["Europe/Zurich"]);
    }

    internal static Task<TestProxy> StartAsync(ScriptedGuacd guacd, Func<ProxySettings, ProxySettings>? change = null, Action<StubApi>? prepare = null) =>
        TestProxy.StartAsync(s => (change ?? (x => x))(s with { Guacd = GuacdAddress.Parse(guacd.Address) }), prepare);
}
