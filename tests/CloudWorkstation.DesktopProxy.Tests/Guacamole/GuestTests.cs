using CloudWorkstation.DesktopProxy.Tests.Support;
using CloudWorkstation.Guacd;

namespace CloudWorkstation.DesktopProxy.Tests.Guacamole;

/// <summary>Guests are at their owner's session: they join guacd's connection and never open one that the owner would suffer from.</summary>
public sealed class GuestTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData("rdp", "view")]
    [InlineData("rdp", "control")]
    [InlineData("ssh", "view")]
    [InlineData("ssh", "control")]
    [InlineData("vnc", "view")]
    public async Task A_guest_joins_the_owners_connection_with_the_guests_own_rules(string protocol, string access)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using var owner = await OpenAsync(proxy, protocol);
        proxy.Api.Access = access;
        using var guest = await OpenAsync(proxy, protocol, isGuest: true);

        var (first, second) = (await guacd.UserAsync(), await guacd.UserAsync(1));
        (first.Handshake.Selected, first.Handshake.Values["read-only"]).ShouldBe((protocol, "false"));
        (second.Handshake.Selected, second.Handshake.Values["read-only"]).ShouldBe((first.Connection!.Id, access == "view" ? "true" : "false"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("rdp", "view")]
    [InlineData("rdp", "control")]
    [InlineData("ssh", "view")]
    [InlineData("ssh", "control")]
    public async Task Without_the_owner_a_guest_is_told_so_and_no_session_is_opened(string protocol, string access)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd, api => api.Access = access);
        using var guest = await ConnectAsync(proxy, protocol, isGuest: true);

        var close = await guest.ReadCloseAsync();

        (close.CloseCode, close.CloseReason).ShouldBe((4008, "516 owner-away"));
        guacd.Users.ShouldBeEmpty();
        await Eventually.TrueAsync(() => proxy.Api.Closes.Any(c => c.Body.GetProperty("reason").GetString() == "owner-away"));
    }

    [Fact(Timeout = Limit)]
    public async Task When_the_owner_leaves_the_guests_go_and_the_owner_comes_back_to_a_connection_of_their_own()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        var owner = await OpenAsync(proxy, "rdp");
        using var tab = await OpenAsync(proxy, "rdp");
        proxy.Api.Access = "view";
        using var guest = await OpenAsync(proxy, "rdp", isGuest: true);
        owner.Dispose();
        await Eventually.TrueAsync(() => proxy.Sessions.Count == 2);
        await guest.SendAsync("", "ping", 1);
        (await guest.ReadAsync(""))[1].ShouldBe("ping", "the owner is there in another tab");

        tab.Dispose();

        (await guest.ReadToCloseAsync()).CloseReason.ShouldBe("516 owner-away");
        proxy.Api.Access = "control";
        using var again = await OpenAsync(proxy, "rdp");
        (await guacd.UserAsync(3)).Handshake.Selected.ShouldBe("rdp");
        using var back = await OpenAsync(proxy, "rdp", isGuest: true);
        (await guacd.UserAsync(4)).Joins.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_guest_who_found_no_owner_at_a_vnc_screen_opens_nothing_that_the_owner_would_join()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd, api => api.Access = "view");
        using var guest = await OpenAsync(proxy, "vnc", isGuest: true);
        using var other = await OpenAsync(proxy, "vnc", isGuest: true);
        proxy.Api.Access = "control";
        using var helper = await OpenAsync(proxy, "vnc", isGuest: true);
        using var owner = await OpenAsync(proxy, "vnc");

        guacd.Users.Select(u => (u.Joins, u.Handshake.Values["read-only"])).ShouldBe([(false, "true"), (true, "true"), (false, "false"), (false, "false")]);
    }

    [Fact(Timeout = Limit)]
    public async Task The_screen_keeps_its_owners_size_whatever_a_guests_window_is()
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using var owner = await OpenAsync(proxy, "rdp");
        using var guest = await OpenAsync(proxy, "rdp", isGuest: true);

        await guest.SendAsync("size", 320, 200);
        await guest.SendAsync("key", 97, 1);

        var user = await guacd.UserAsync(1);
        await user.WaitForAsync("key");
        user.Received.ShouldNotContain(i => i.Opcode == "size" && i[0] == "320");
    }

    [Fact(Timeout = Limit)]
    public async Task Neither_the_clipboard_nor_a_file_of_the_owners_reaches_who_looks_on()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script { Files = new RemoteFiles().Store("/secret.txt", "x"u8.ToArray()) });
        await using var proxy = await StartAsync(guacd, api => api.Files = "both");
        using var owner = await OpenAsync(proxy, "rdp");
        proxy.Api.Access = "view";
        using var guest = await OpenAsync(proxy, "rdp", isGuest: true);
        var user = await guacd.UserAsync(1);
        await user.ClipboardAsync("copied by the owner");
        _ = user.FileAsync("report.txt", "content"u8.ToArray());
        await user.WaitForAsync("ack");
        await user.EndFrameAsync();

        var seen = new List<string>();
        do
        {
            seen.Add((await guest.ReadAsync())[0]);
        }
        while (seen[^1] != "sync");
        seen.ShouldNotContain(opcode => opcode == "clipboard" || opcode == "file" || opcode == "blob" || opcode == "filesystem");
    }

    [Fact(Timeout = Limit)]
    public async Task A_guest_who_takes_nothing_is_let_go_before_the_owner_has_to_wait_for_them()
    {
        await using var guacd = await ScriptedGuacd.StartAsync(new Script
        {
            Joined = async user =>
            {
                var noise = new Instruction("blob", 0, new string('A', 6000));
                while (!user.Gone.IsCancellationRequested)
                {
                    await user.SendAsync(noise, noise, noise, noise);
                }
            },
        });
        await using var proxy = await GuacamoleSessionTests.StartAsync(guacd, s => s with { GuestStallTimeout = TimeSpan.FromSeconds(1) });
        using var owner = await OpenAsync(proxy, "rdp");
        using var guest = await ConnectAsync(proxy, "rdp", isGuest: true);

        await Eventually.TrueAsync(() => proxy.Api.Closes.Any(c => c.Body.GetProperty("reason").GetString() == "lost"));

        await Eventually.TrueAsync(() => proxy.Sessions.Count == 1);
        await owner.SendAsync("", "ping", 1);
        (await owner.ReadAsync(""))[1].ShouldBe("ping");
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Time_is_over_for_owners_and_for_guests_when_the_policy_says_so(bool isGuest)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using var owner = await OpenAsync(proxy, "rdp");
        proxy.Api.EndsAt = DateTimeOffset.UtcNow;
        using var page = await ConnectAsync(proxy, "rdp", isGuest);

        var close = await page.ReadToCloseAsync();

        (close.CloseCode, close.CloseReason).ShouldBe((4006, "522 maximum-session"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("policy-changed", 4006, "771 policy-changed")]
    [InlineData("share-ended", 4006, "771 share-ended")]
    [InlineData("stopped", 4001, "523 stopped")]
    public async Task What_the_api_ends_is_over_for_a_guest_who_joined(string reason, int code, string expected)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd);
        using var owner = await OpenAsync(proxy, "ssh");
        using var guest = await OpenAsync(proxy, "ssh", isGuest: true);

        proxy.Api.ReportRefusal = (409, reason);

        var close = await guest.ReadToCloseAsync();

        // The owner hears the same, and who leaves last is not settled.
        (close.CloseCode, close.CloseReason).ShouldBeOneOf((code, expected), (4008, "516 owner-away"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("clipboard,0,text/plain", "off", "both")]
    [InlineData("get,0,/", "both", "off")]
    public async Task A_guest_in_control_whose_page_sends_what_the_policy_forbids_is_cut_off_and_the_owner_works_on(string instruction, string clipboard, string files)
    {
        await using var guacd = await ScriptedGuacd.StartAsync();
        await using var proxy = await StartAsync(guacd, api => (api.Clipboard, api.Files) = (clipboard, files));
        using var owner = await OpenAsync(proxy, "rdp");
        using var guest = await OpenAsync(proxy, "rdp", isGuest: true);

        await guest.SendAsync([.. instruction.Split(',')]);

        (await guest.ReadToCloseAsync()).CloseReason.ShouldBe("771 policy");
        (await guacd.UserAsync(1)).Received.ShouldNotContain(i => i.Opcode == "clipboard" || i.Opcode == "get");
        await owner.SendAsync("", "ping", 1);
        (await owner.ReadAsync(""))[1].ShouldBe("ping");
    }

    private static Task<TestProxy> StartAsync(ScriptedGuacd guacd, Action<StubApi>? prepare = null) => GuacamoleSessionTests.StartAsync(guacd, prepare: prepare);

    private static async Task<GuacamolePage> ConnectAsync(TestProxy proxy, string protocol, bool isGuest = false)
    {
        var token = TestProxy.Token(GuacamolePage.Target with { Protocol = protocol }, change: t => isGuest ? t with { Share = "a-share" } : t);
        var browser = await RawBrowser.RequestAsync(proxy.Address, GuacamolePage.Headers(token), $"/desktop/{TestProxy.DesktopId}/guacamole?width=800&height=600");
        browser.Status.ShouldBe(101, browser.Body);
        return new GuacamolePage(browser);
    }

    private static async Task<GuacamolePage> OpenAsync(TestProxy proxy, string protocol, bool isGuest = false)
    {
        var page = await ConnectAsync(proxy, protocol, isGuest);
        (await page.ReadAsync()).Length.ShouldBe(2, "the tunnel's greeting");
        return page;
    }
}
