using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Tests.Parts;
using CloudWorkstation.Tokens;
using Moq;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class ConnectionTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ConnectionReport Quiet = new(null, 10, 20, null);

    [Fact(Timeout = 60_000)]
    public async Task A_grant_holds_a_token_for_this_person_session_and_desktop_that_only_the_proxies_can_open()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var grant = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Value;

        var token = DesktopToken.Verify(grant.Token, _ => TestManager.Signing, DateTimeOffset.UtcNow, out _)!;
        (token.Subject, token.SessionId, token.Desktop, token.Connection).ShouldBe(("acc-alice", "ses-alice", desktop.Id, grant.ConnectionId));
        var target = TargetCipher.Decrypt(token.EncryptedTarget, TestManager.Proxies)!;
        target.Port.ShouldBe(manager.ScreenPort);
        target.Secret.ShouldBe(manager.Terraform.Calls.First().Request.SecretVariables["vnc_password"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_people_sign_in_themselves_the_token_holds_no_password()
    {
        await using var manager = new TestManager(settings: new() { ["Guacd"] = "127.0.0.1:4822" });
        manager.Templates.All[0] = manager.Templates.All[0] with { Protocol = "ssh", PersonSignsIn = true };
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var grant = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Value;

        var token = DesktopToken.Verify(grant.Token, _ => TestManager.Signing, DateTimeOffset.UtcNow, out _)!;
        var target = TargetCipher.Decrypt(token.EncryptedTarget, TestManager.Proxies)!;
        (grant.Engine, target.Protocol, target.Secret).ShouldBe((ScreenEngine.Guacamole, "ssh", ""));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_of_VNC_is_shown_by_RFB_unless_somebody_asks_for_guacamole_and_there_is_a_guacd()
    {
        await using var manager = new TestManager(settings: new() { ["Guacd"] = "127.0.0.1:4822" });
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var usual = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Value;
        var chosen = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, ScreenEngine.Guacamole, None)).Value;

        (usual.Engine, chosen.Engine).ShouldBe((ScreenEngine.Rfb, ScreenEngine.Guacamole));
        chosen.Engines.ShouldBe([ScreenEngine.Rfb, ScreenEngine.Guacamole]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_guacd_guacamole_is_refused_with_the_fix()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var refused = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, ScreenEngine.Guacamole, None)).Problem!;

        refused.Code.ShouldBe("engine_unavailable");
        refused.Detail.ShouldContain("--guacd");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("rdp", "127.0.0.1:4822", null, ScreenEngine.Guacamole)]
    [InlineData("ssh", "127.0.0.1:4822", ScreenEngine.Guacamole, ScreenEngine.Guacamole)]
    [InlineData("rdp", "127.0.0.1:4822", ScreenEngine.Rfb, null)]
    [InlineData("ssh", null, null, null)]
    public async Task Desktops_of_RDP_and_SSH_are_shown_by_guacamole_alone(string protocol, string? guacd, ScreenEngine? wanted, ScreenEngine? expected)
    {
        var chosen = ScreenEngines.Choose(protocol, wanted, new ManagerOptions { Guacd = guacd });

        (chosen.Succeeded ? chosen.Value : (ScreenEngine?)null).ShouldBe(expected);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_screen_that_does_not_answer_gives_no_grant()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        manager.StopScreen();

        (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Problem!.Code.ShouldBe("desktop_unreachable");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_that_is_not_running_gives_no_grant()
    {
        await using var manager = new TestManager();
        var accepted = await manager.CreateAsync(TestManager.Alice);

        (await manager.Desktops.ConnectAsync(TestManager.Alice, accepted.Desktop.Desktop.Id, None)).Problem!.Code.ShouldBe("desktop_not_running");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_grant_opens_once_even_when_two_try_at_the_same_time()
    {
        await using var manager = new TestManager();
        var (_, connection) = await GrantedAsync(manager);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => manager.Get<IConnectionService>().OpenAsync(connection, None)));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "token_used");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_grant_that_is_too_old_does_not_open()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var (_, connection) = await GrantedAsync(manager);

        time.Advance(TimeSpan.FromSeconds(61));

        (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Problem!.Code.ShouldBe("token_used");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_report_ends_the_connection_when_the_session_is_over()
    {
        await using var manager = new TestManager();
        var (_, connection) = await GrantedAsync(manager);
        await manager.Get<IConnectionService>().OpenAsync(connection, None);

        LetSessionsBe(manager);

        (await manager.Get<IConnectionService>().ReportAsync(connection, Quiet, None)).Problem!.Code.ShouldBe("signed-out");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_report_ends_the_connection_when_the_desktop_stops()
    {
        await using var manager = new TestManager();
        var (desktop, connection) = await GrantedAsync(manager);
        await manager.Get<IConnectionService>().OpenAsync(connection, None);

        await manager.Desktops.ChangeAsync(TestManager.Alice, desktop, new ChangeDesktop { Power = Power.Off }, None);

        (await manager.Get<IConnectionService>().ReportAsync(connection, Quiet, None)).Problem!.Code.ShouldBe("stopped");
    }

    [Fact(Timeout = 60_000)]
    public async Task Input_is_seen_on_the_desktop_without_making_its_version_stale()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time);
        var (desktop, connection) = await GrantedAsync(manager);
        var before = (await manager.Desktops.GetAsync(TestManager.Alice, desktop, None)).Value.Version;
        await manager.Get<IConnectionService>().OpenAsync(connection, None);
        time.Advance(TimeSpan.FromSeconds(31));
        var input = time.GetUtcNow() - TimeSpan.FromSeconds(2);

        (await manager.Get<IConnectionService>().ReportAsync(connection, Quiet with { LastInputAt = input }, None)).Succeeded.ShouldBeTrue();

        var now = (await manager.Desktops.GetAsync(TestManager.Alice, desktop, None)).Value;
        now.Desktop.LastInputAt.ShouldBe(input);
        now.Version.ShouldBe(before);
    }

    private static async Task<(string Desktop, string Connection)> GrantedAsync(TestManager manager)
    {
        LetSessionsBe(manager, "ses-alice");
        var desktop = await manager.BuildAsync(TestManager.Alice);
        return (desktop.Id, (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Value.ConnectionId);
    }

    private static void LetSessionsBe(TestManager manager, params string[] live) =>
        manager.Sessions.Setup(s => s.FindLiveAsync("acc-alice", It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(
            (string _, string id, CancellationToken _) => live.Contains(id)
                ? new SessionInfo(id, "acc-alice", "alice", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null, null)
                : null);
}
