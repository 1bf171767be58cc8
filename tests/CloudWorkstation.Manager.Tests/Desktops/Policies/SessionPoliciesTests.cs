using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Idle;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace CloudWorkstation.Manager.Tests.Desktops.Policies;

public sealed class SessionPoliciesTests
{
    private const int Timeout = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ConnectionReport Quiet = new(null, 10, 20, null);
    private static readonly Actor Contractor = TestManager.Alice with { Groups = ["contractors", "engineering"] };
    private static readonly GroupSessionPolicy NothingOut = new() { Name = "Nothing leaves", Groups = ["contractors"], Clipboard = "in", Files = "upload" };
    private readonly ManualTime time = new();

    [Fact(Timeout = Timeout)]
    public async Task The_policy_of_a_group_narrows_what_the_template_allows_its_members()
    {
        await using var manager = await ManagerAsync(NothingOut, NothingOut with { Name = "Others", Groups = ["sales"], Sharing = "off" });
        var desktop = await manager.BuildAsync(Contractor);

        var grant = (await manager.Desktops.ConnectAsync(Contractor, desktop.Id, None)).Value;
        var opened = (await manager.Get<IConnectionService>().OpenAsync(grant.ConnectionId, None)).Value;

        (grant.Session.Clipboard, grant.Session.Files, grant.Session.Sharing).ShouldBe(("in", "upload", "control"));
        opened.Session.ShouldBe(grant.Session);
        (opened.Viewer, opened.Access, opened.EndsAt).ShouldBe(("alice", "control", null));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_owners_groups_count_whoever_connects()
    {
        await using var manager = await ManagerAsync(NothingOut);
        await manager.AddAsync(TestManager.Bob);
        var desktop = await manager.BuildAsync(Contractor);
        var shares = manager.Get<IDesktopShares>();
        var made = (await shares.CreateAsync(Contractor, desktop.Id, new NewShare(ScreenAccess.View, null, true, null, false), None)).Value;

        (await shares.ConnectAsync(TestManager.Bob, made.Share.Id, made.Token, null, None)).Value.Session.Clipboard.ShouldBe("in");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_desktop_of_an_owner_whom_nobody_finds_carries_nothing_where_groups_have_policies()
    {
        await using var manager = await ManagerAsync(NothingOut);
        var policies = manager.Get<ISessionPolicies>();
        var orphan = await manager.BuildAsync(Contractor) with { Owner = "acc-nobody" };

        (await policies.EffectiveAsync(orphan, None)).ShouldBe(SessionPolicy.Nothing);

        await SetAsync(manager);
        (await policies.EffectiveAsync(orphan, None)).Clipboard.ShouldBe("both", "there is no policy that could count");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_connection_ends_with_its_next_report_once_it_carries_what_is_forbidden_now()
    {
        await using var manager = await ManagerAsync();
        var connection = await OpenAsync(manager, await manager.BuildAsync(Contractor));
        (await ReportAsync(manager, connection)).Succeeded.ShouldBeTrue();

        await SetAsync(manager, NothingOut);

        (await ReportAsync(manager, connection)).Problem!.Code.ShouldBe("policy-changed");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_connection_goes_on_when_its_policy_becomes_wider_or_only_its_idle_time_shorter()
    {
        await using var manager = await ManagerAsync(NothingOut);
        var connection = await OpenAsync(manager, await manager.BuildAsync(Contractor));

        await SetAsync(manager, new GroupSessionPolicy { Name = "Save money", Groups = ["contractors"], IdleStopMinutes = 5 });

        (await ReportAsync(manager, connection)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_leaves_a_group_leaves_its_policy()
    {
        await using var manager = await ManagerAsync(NothingOut);
        var desktop = await manager.BuildAsync(Contractor);

        await manager.ChangeAsync(Contractor, account => account.Groups = ["engineering"]);

        (await manager.Get<ISessionPolicies>().EffectiveAsync(desktop, None)).Clipboard.ShouldBe("both");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_connection_is_told_when_it_will_have_lasted_long_enough()
    {
        await using var manager = await ManagerAsync(NothingOut with { MaximumSessionMinutes = 90 });
        manager.Templates.All[0] = manager.Templates.All[0] with { Session = new SessionPolicy { MaximumSessionMinutes = 480 } };
        var desktop = await manager.BuildAsync(Contractor);
        var grant = (await manager.Desktops.ConnectAsync(Contractor, desktop.Id, None)).Value;

        var opened = (await manager.Get<IConnectionService>().OpenAsync(grant.ConnectionId, None)).Value;

        opened.EndsAt.ShouldBe(time.GetUtcNow().AddMinutes(90));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_guest_is_under_the_same_rules_recorded_and_limited_as_the_owner_is()
    {
        await using var manager = await ManagerAsync(NothingOut with { Recording = "screen", MaximumSessionMinutes = 30, Watermark = true });
        await manager.AddAsync(TestManager.Bob);
        var desktop = await manager.BuildAsync(Contractor);
        var shares = manager.Get<IDesktopShares>();
        var made = (await shares.CreateAsync(Contractor, desktop.Id, new NewShare(ScreenAccess.Control, null, true, null, false), None)).Value;
        var grant = (await shares.ConnectAsync(TestManager.Bob, made.Share.Id, made.Token, null, None)).Value;

        var opened = (await manager.Get<IConnectionService>().OpenAsync(grant.ConnectionId, None)).Value;

        (opened.Viewer, opened.Access, opened.EndsAt).ShouldBe(("bob", "control", time.GetUtcNow().AddMinutes(30)));
        (opened.Session.Clipboard, opened.Session.Files, opened.Session.Watermark).ShouldBe(("in", "upload", true));
        opened.Recording.ShouldNotBeNull();
        await SetAsync(manager, NothingOut with { Clipboard = "off" });
        (await ReportAsync(manager, grant.ConnectionId)).Problem!.Code.ShouldBe("policy-changed");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_idle_time_of_a_group_stops_a_desktop_whose_template_would_let_it_run()
    {
        await using var manager = await ManagerAsync(NothingOut with { IdleStopMinutes = 20 });
        var desktop = await manager.BuildAsync(Contractor);
        (await manager.Get<IDesktopIdleService>().GetAsync(Contractor, desktop.Id, None)).Value.StopAfterMinutes.ShouldBe(20);

        time.Advance(TimeSpan.FromMinutes(20) + IdleRules.Grace);
        TestStore.Settle(manager.Paths.Root);
        using var idle = ActivatorUtilities.CreateInstance<IdleStop>(manager.Host.Services);

        (await idle.LookAsync(None)).ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task Everybody_who_sees_a_desktop_sees_what_is_off_and_why()
    {
        await using var manager = await ManagerAsync(NothingOut);
        manager.Templates.All[0] = manager.Templates.All[0] with { Session = new SessionPolicy { Watermark = true } };
        var desktop = await manager.BuildAsync(Contractor);
        var policies = manager.Get<ISessionPolicies>();

        var explained = (await policies.ExplainAsync(Contractor, desktop.Id, None)).Value;

        explained.Members.Single(m => m.Name == "clipboard").ShouldSatisfyAllConditions(m => m.Value.ShouldBe("in"), m => m.From.ShouldBe([new PolicySource("group", "Nothing leaves")]));
        explained.Members.Single(m => m.Name == "watermark").From.ShouldBe([new PolicySource("template", manager.Templates.All[0].Title)]);
        explained.Members.Count.ShouldBe(typeof(SessionPolicy).GetProperties().Count(p => p.CanWrite && p.SetMethod!.IsPublic && !p.GetMethod!.IsStatic));
        (await policies.ExplainAsync(TestManager.Bob, desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_broken_rule_of_the_settings_is_named()
    {
        await Task.Yield();
        var errors = SessionPoliciesSettings.Check(new SessionPoliciesSettings
        {
            Policies =
            [
                NothingOut,
                new GroupSessionPolicy { Name = "nothing LEAVES", Groups = [], Clipboard = "maybe", Recording = "loud", MaximumSessionMinutes = 0 },
                new GroupSessionPolicy { Name = " ", Groups = ["a", ""], UploadMaximumMegabytes = 10_241 },
            ],
        });

        errors.Select(e => e.Field).ShouldBe(
            ["policies[1].name", "policies[1].groups", "policies[1].clipboard", "policies[1].recording", "policies[1].maximumSessionMinutes", "policies[2].name", "policies[2].groups[1]", "policies[2].uploadMaximumMegabytes"]);
    }

    private static async Task<string> OpenAsync(TestManager manager, Desktop desktop)
    {
        var connection = (await manager.Desktops.ConnectAsync(Contractor, desktop.Id, None)).Value.ConnectionId;
        (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Succeeded.ShouldBeTrue();
        return connection;
    }

    private static Task<Outcome<bool>> ReportAsync(TestManager manager, string connection) => manager.Get<IConnectionService>().ReportAsync(connection, Quiet, None);

    private static async Task SetAsync(TestManager manager, params IReadOnlyList<GroupSessionPolicy> policies) =>
        (await manager.Get<ISettings<SessionPoliciesSettings>>().ReplaceAsync(TestManager.Admin, new SessionPoliciesSettings { Policies = policies }, null, None)).Problem.ShouldBeNull();

    private async Task<TestManager> ManagerAsync(params IReadOnlyList<GroupSessionPolicy> policies)
    {
        var manager = new TestManager(time: time);
        manager.Sessions.Setup(s => s.FindLiveAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(
            (string account, string id, CancellationToken _) => new SessionInfo(id, account, account, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null, null));
        await manager.AddAsync(Contractor);
        await SetAsync(manager, policies);
        return manager;
    }
}
