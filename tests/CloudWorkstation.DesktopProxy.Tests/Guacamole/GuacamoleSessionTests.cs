using CloudWorkstation.DesktopProxy.Guacamole;
using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;

namespace CloudWorkstation.DesktopProxy.Tests.Guacamole;

public sealed class GuacamoleSessionTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_page_sees_what_guacd_draws_and_guacd_hears_what_the_page_says()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            await user.DrawAsync(640, 480);
            await user.WaitForAsync("key");
            await user.UntilGoneAsync();
        }
        });
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

    [Fact(Timeout = 120_000)]
    public async Task A_second_session_joins_the_first_ones_connection()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using var one = await GuacamolePage.OpenAsync(proxy);
        using var two = await GuacamolePage.OpenAsync(proxy);
        var (first, second) = (await guacd.UserAsync(), await guacd.UserAsync(1));
        first.Handshake.Selected.ShouldBe("vnc");
        second.Handshake.Selected.ShouldBe(first.Connection!.Id);
        await two.SendAsync("key", 97, 1);
        await second.WaitForAsync("key");
    }

    [Fact(Timeout = 120_000)]
    public async Task Two_sessions_that_come_together_share_one_connection()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => GuacamolePage.OpenAsync(proxy)));
        guacd.Users.Count(u => !u.Joins).ShouldBe(1);
        foreach (var page in pages)
        {
            page.Dispose();
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_connection_that_is_gone_is_opened_anew()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using (var one = await GuacamolePage.OpenAsync(proxy))
        {
            (await guacd.UserAsync()).Die();
            (await one.ReadToCloseAsync()).CloseReason.ShouldBe("519 unreachable");
        }

        using var two = await GuacamolePage.OpenAsync(proxy);
        await Eventually.TrueAsync(() => guacd.Users.Any(u => !u.Joins && u != guacd.Users[0] && u.Connection is not null));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(Status.UpstreamNotFound, 4004, "519 unreachable")]
    [InlineData(Status.UpstreamTimeout, 4004, "519 unreachable")]
    [InlineData(Status.ServerBusy, 4004, "519 unreachable")]
    [InlineData(Status.SessionConflict, 4006, "521 replaced")]
    [InlineData(Status.ResourceConflict, 4006, "521 replaced")]
    [InlineData(Status.SessionClosed, 4007, "523 logged-off")]
    [InlineData(Status.SessionTimeout, 4007, "523 logged-off")]
    [InlineData(Status.ClientUnauthorized, 4005, "512 protocol")]
    [InlineData(Status.ServerError, 4005, "512 protocol")]
    [InlineData((Status)9999, 4005, "512 protocol")]
    public async Task An_error_of_guacds_reaches_the_page_and_ends_with_what_it_means(Status status, int code, string reason)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
        {
            await user.ErrorAsync(status);
            await user.UntilGoneAsync();
        }
        });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        (await page.ReadAsync("error"))[2].ShouldBe(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var close = await page.ReadCloseAsync();
        (close.CloseCode, close.CloseReason).ShouldBe((code, reason));
        GuacamoleStatus.SentenceOf((int)status).ShouldEndWith(".");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_person_who_logs_off_in_the_desktop_is_told_so()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Session = async user =>
            {
                await user.EndFrameAsync();
                await user.WaitForAsync("key");
            },
        });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        await page.ReadAsync("sync");
        await page.SendAsync("key", 65293, 1);
        (await page.ReadToCloseAsync()).CloseCode.ShouldBe(4007);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_guacd_that_gives_up_before_the_first_frame_without_a_word_has_not_reached_the_desktop(bool whenItHearsSomething)
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Session = user => user.GiveUpUntoldAsync(whenItHearsSomething) });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);

        (await page.ReadToCloseAsync()).CloseReason.ShouldBe("519 unreachable");
    }

    [Fact(Timeout = 120_000)]
    public async Task Only_what_a_person_does_counts_as_input()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(OneFrame);
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy, connection: "idle");
        var frame = (await page.ReadAsync("sync"))[1];
        string[] nobodys = [GuacamolePage.Instruction("sync", frame), GuacamolePage.Instruction("nop"), GuacamolePage.Instruction("size", 800, 600), GuacamolePage.Instruction("", "ping", 1), GuacamolePage.Instruction("ack", 0, "OK", 0)];
        await page.SendRawAsync(string.Concat(nobodys));
        await (await guacd.UserAsync()).WaitForAsync("ack");
        proxy.Api.Reports.Clear();
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Connection == "idle" && r.Body.GetProperty("bytesToDesktop").GetInt64() > 0));
        proxy.Api.Reports.Any(r => r.Body.TryGetProperty("lastInputAt", out _)).ShouldBeFalse();
        await page.SendAsync("mouse", 10, 10, 0);
        await Eventually.TrueAsync(() => proxy.Api.Reports.Any(r => r.Body.TryGetProperty("lastInputAt", out _)));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("5.mouse,2.10,2.10,1.0;5.mouse,2.10,2.10,1.0;", 1)]
    [InlineData("5.mouse,2.10,2.10,1.0;5.mouse,2.10,2.11,1.0;5.mouse,2.10,2.11,1.1;", 3)]
    [InlineData("3.key,2.97,1.1;3.key,2.97,1.0;", 2)]
    [InlineData("5.touch,1.0,1.1,1.1,1.1,1.1,1.0,1.1;", 1)]
    [InlineData("4.file,1.0,10.text/plain,1.a;4.blob,1.0,4.YWJj;4.blob,1.0,4.YWJj;3.end,1.0;", 3)]
    [InlineData("9.clipboard,1.0,10.text/plain;4.blob,1.0,4.YWJj;3.end,1.0;", 1)]
    [InlineData("3.get,1.0,1./;4.size,3.800,3.600;3.nop;", 0)]
    public async Task A_pointer_that_does_not_move_is_nobodys_doing_and_a_running_upload_somebodys(string sent, long inputs)
    {
        var stream = new PageStream(new GuacamoleRules(Rfb.ClipboardRule.Both, Upload: true, Download: true, long.MaxValue, long.MaxValue, IsViewOnly: false));
        var bytes = System.Text.Encoding.UTF8.GetBytes(sent);
        var (from, written) = (0, 0);
        stream.Take(bytes, ref from, bytes.Length, ref written);
        (stream.Ended, stream.Inputs, written).ShouldBe((null, inputs, bytes.Length));
        await Task.CompletedTask;
    }

    [Fact(Timeout = 120_000)]
    public async Task Guacd_hears_from_a_page_whose_timers_sleep()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Patience = TimeSpan.FromSeconds(20) });
        await using var proxy = await StartAsync(guacd);
        using var page = await GuacamolePage.OpenAsync(proxy);
        (await (await guacd.UserAsync()).WaitForAsync("nop", 3)).Opcode.ShouldBe("nop");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_guacd_that_falls_silent_for_long_is_given_up()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { KeepAlive = TimeSpan.FromHours(1) });
        await using var proxy = await StartAsync(guacd, s => s with { SilenceTimeout = TimeSpan.FromMilliseconds(500) });
        using var page = await GuacamolePage.OpenAsync(proxy);
        await Eventually.TrueAsync(() => proxy.Sessions.Count == 0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("?width=0")]
    [InlineData("?width=9000")]
    [InlineData("?width=800&width=800")]
    [InlineData("?height=-1")]
    [InlineData("?dpi=1e2")]
    [InlineData("?timezone=Europe%2FZurich%3Bx")]
    [InlineData("?image=image/gif")]
    [InlineData("?audio=audio/ogg")]
    [InlineData("?password=x")]
    public async Task A_query_that_says_anything_else_is_refused(string query)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using var browser = await RawBrowser.RequestAsync(proxy.Address, GuacamolePage.Headers(TestProxy.Token(GuacamolePage.Target)), $"/desktop/{TestProxy.DesktopId}/guacamole{query}");
        browser.Status.ShouldBe(400);
        proxy.Api.Closes.ShouldBeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("guacamole", "vnc", false)]
    [InlineData("vnc", "rdp", true)]
    [InlineData("vnc", "ssh", true)]
    public async Task An_engine_that_cannot_show_the_desktop_is_refused_before_the_token_is_used(string path, string protocol, bool hasGuacd)
    {
        await using var proxy = await TestProxy.StartAsync(s => s with { Guacd = hasGuacd ? new GuacdAddress("127.0.0.1", 4822) : null });
        var token = TestProxy.Token(GuacamolePage.Target with { Protocol = protocol });
        using var browser = await RawBrowser.RequestAsync(proxy.Address, GuacamolePage.Headers(token, path == "vnc" ? "binary" : "guacamole"), $"/desktop/{TestProxy.DesktopId}/{path}");
        browser.Status.ShouldBe(409);
        browser.Body.ShouldContain("engine_unavailable");
    }

    /// <summary>A frame, and nothing more.</summary>
    internal static Script OneFrame => new()
    {
        Session = async user =>
        {
            await user.EndFrameAsync();
            await user.UntilGoneAsync();
        },
    };

    internal static Task<TestProxy> StartAsync(ScriptedGuacd guacd, Func<ProxySettings, ProxySettings>? change = null, Action<StubApi>? prepare = null) =>
        TestProxy.StartAsync(s => (change ?? (x => x))(s with { Guacd = GuacdAddress.Parse(guacd.Address) }), prepare);
}
