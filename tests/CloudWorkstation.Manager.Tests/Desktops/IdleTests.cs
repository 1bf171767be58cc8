using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Idle;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class IdleTests
{
    private const int Timeout = 60_000;
    private const int Minutes = 30;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ConnectionReport Quiet = new(null, 10, 20, null);
    private readonly ManualTime time = new();

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_that_nobody_uses_is_stopped_after_its_templates_minutes()
    {
        await using var manager = Manager();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        time.Advance(TimeSpan.FromMinutes(Minutes));
        (await LookAsync(manager)).ShouldBe(0);
        time.Advance(IdleRules.Grace);
        (await LookAsync(manager)).ShouldBe(1);

        (await manager.ReadAsync(desktop.Id)).Status.ShouldBe(DesktopStatus.Stopping);
        (await manager.ReadAsync(desktop.Id)).Power.ShouldBe(Power.Off);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_template_without_a_limit_stops_nothing()
    {
        await using var manager = new TestManager(time: time);
        await manager.BuildAsync(TestManager.Alice);

        time.Advance(TimeSpan.FromDays(30));

        (await LookAsync(manager)).ShouldBe(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_open_page_does_not_keep_a_desktop_running_and_input_does()
    {
        await using var manager = Manager();
        var (desktop, connection) = await OpenAsync(manager);
        time.Advance(TimeSpan.FromMinutes(Minutes - 1));
        await ReportAsync(manager, connection, Quiet with { BytesToBrowser = 1_000_000 });
        (await IdleAsync(manager, desktop)).RemainingSeconds.ShouldBe(60);

        await ReportAsync(manager, connection, Quiet with { LastInputAt = time.GetUtcNow() });

        (await IdleAsync(manager, desktop)).RemainingSeconds.ShouldBe(Minutes * 60);
        time.Advance(TimeSpan.FromMinutes(2));
        (await LookAsync(manager)).ShouldBe(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Input_after_a_pause_is_known_with_the_very_next_report()
    {
        await using var manager = Manager();
        var (desktop, connection) = await OpenAsync(manager);
        time.Advance(TimeSpan.FromSeconds(40));
        await ReportAsync(manager, connection, Quiet);
        time.Advance(TimeSpan.FromSeconds(5));
        var input = time.GetUtcNow();

        await ReportAsync(manager, connection, Quiet with { LastInputAt = input });

        (await IdleAsync(manager, desktop)).Since.ShouldBe(input);
    }

    [Fact(Timeout = Timeout)]
    public async Task Opening_the_screen_counts_as_use()
    {
        await using var manager = Manager();
        LetSessionsBe(manager);
        var built = await manager.BuildAsync(TestManager.Alice);
        time.Advance(TimeSpan.FromMinutes(Minutes));

        await ConnectAsync(manager, built.Id);

        time.Advance(TimeSpan.FromMinutes(1));
        (await LookAsync(manager)).ShouldBe(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Somebody_who_uses_it_between_the_look_and_the_stop_wins()
    {
        await using var manager = Manager();
        var (desktop, connection) = await OpenAsync(manager);
        time.Advance(TimeSpan.FromMinutes(Minutes + 1));
        var changer = manager.Get<DesktopChanger>();
        var asked = false;

        var stopped = await changer.StopIdleAsync(
            desktop,
            (_, _) =>
            {
                asked = true;
                ReportAsync(manager, connection, Quiet with { LastInputAt = time.GetUtcNow() }).GetAwaiter().GetResult();
                return true;
            },
            None);

        (asked, stopped).ShouldBe((true, false));
        (await manager.ReadAsync(desktop)).Status.ShouldBe(DesktopStatus.Running);
    }

    [Fact(Timeout = Timeout)]
    public async Task After_the_api_was_started_again_idle_time_goes_on_from_where_it_was()
    {
        await using var before = Manager();
        var (desktop, connection) = await OpenAsync(before);
        time.Advance(TimeSpan.FromMinutes(10));
        var input = time.GetUtcNow();
        await ReportAsync(before, connection, Quiet with { LastInputAt = input });
        time.Advance(TimeSpan.FromMinutes(5));

        await using var after = Manager(before);
        LetSessionsBe(after);

        (await IdleAsync(after, desktop)).Since.ShouldBe(input);
        await ReportAsync(after, connection, Quiet with { LastInputAt = input });
        (await IdleAsync(after, desktop)).RemainingSeconds.ShouldBe((Minutes - 5) * 60);
        time.Advance(TimeSpan.FromMinutes(Minutes - 5));
        (await LookAsync(after)).ShouldBe(0);
        time.Advance(IdleRules.Grace);
        (await LookAsync(after)).ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_clock_that_is_set_ahead_stops_nothing_and_idle_time_is_counted_anew()
    {
        await using var manager = Manager();
        var (desktop, _) = await OpenAsync(manager);
        using var idle = ActivatorUtilities.CreateInstance<IdleStop>(manager.Host.Services);
        time.Advance(TimeSpan.FromMinutes(1));
        (await idle.LookAsync(None)).ShouldBe(0);

        time.Step(TimeSpan.FromDays(1));

        (await SettledLookAsync(manager, idle)).ShouldBe(0);
        (await IdleAsync(manager, desktop)).RemainingSeconds.ShouldBe(Minutes * 60);
        time.Advance(TimeSpan.FromMinutes(Minutes) + IdleRules.Grace);
        (await SettledLookAsync(manager, idle)).ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_clock_that_is_set_back_hides_no_input_and_keeps_no_desktop_running()
    {
        await using var manager = Manager();
        var (desktop, connection) = await OpenAsync(manager);
        using var idle = ActivatorUtilities.CreateInstance<IdleStop>(manager.Host.Services);
        time.Advance(TimeSpan.FromMinutes(Minutes));
        await ReportAsync(manager, connection, Quiet with { LastInputAt = time.GetUtcNow() });

        // Not before the desktop was built: that time stands.
        time.Step(TimeSpan.FromMinutes(5 - Minutes));
        (await SettledLookAsync(manager, idle)).ShouldBe(0);
        time.Advance(TimeSpan.FromMinutes(10));
        var input = time.GetUtcNow();
        await ReportAsync(manager, connection, Quiet with { LastInputAt = input });

        (await IdleAsync(manager, desktop)).Since.ShouldBe(input);
        time.Advance(TimeSpan.FromMinutes(Minutes) + IdleRules.Grace);
        (await SettledLookAsync(manager, idle)).ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_is_kept_awake_until_the_time_that_its_owner_says_and_not_longer()
    {
        await using var manager = Manager();
        var desktop = (await manager.BuildAsync(TestManager.Alice)).Id;
        await KeepAwakeAsync(manager, TestManager.Alice, desktop, TimeSpan.FromHours(2));

        time.Advance(TimeSpan.FromMinutes(119));
        (await LookAsync(manager)).ShouldBe(0);
        time.Advance(TimeSpan.FromMinutes(2));

        (await LookAsync(manager)).ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_that_is_no_longer_kept_awake_stops_when_it_would_have()
    {
        await using var manager = Manager();
        var desktop = (await manager.BuildAsync(TestManager.Alice)).Id;
        await KeepAwakeAsync(manager, TestManager.Alice, desktop, TimeSpan.FromHours(2));

        await KeepAwakeAsync(manager, TestManager.Alice, desktop, null);

        (await IdleAsync(manager, desktop)).RemainingSeconds.ShouldBe(Minutes * 60);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(24 * 60 + 1)]
    public async Task Nobody_keeps_a_desktop_awake_in_the_past_or_for_longer_than_a_day(int minutes)
    {
        await using var manager = Manager();
        var desktop = (await manager.BuildAsync(TestManager.Alice)).Id;

        var refused = await KeepAwakeAsync(manager, TestManager.Alice, desktop, TimeSpan.FromMinutes(minutes));

        refused.Problem!.Errors.Single().Field.ShouldBe("keepAwakeUntil");
    }

    [Fact(Timeout = Timeout)]
    public async Task Somebody_elses_idle_time_is_not_found_and_support_may_see_it_but_not_keep_it_awake()
    {
        await using var manager = Manager();
        var desktop = (await manager.BuildAsync(TestManager.Alice)).Id;
        var support = new Actor("acc-support", "sue", ["user", "support"], []);

        (await Service(manager).GetAsync(TestManager.Bob, desktop, None)).Problem!.Code.ShouldBe("not_found");
        (await KeepAwakeAsync(manager, TestManager.Bob, desktop, TimeSpan.FromHours(1))).Problem!.Code.ShouldBe("not_found");
        (await Service(manager).GetAsync(support, desktop, None)).Succeeded.ShouldBeTrue();
        (await KeepAwakeAsync(manager, support, desktop, TimeSpan.FromHours(1))).Problem!.Code.ShouldBe("forbidden");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_trail_tells_who_kept_a_desktop_awake_and_that_the_product_stopped_it()
    {
        await using var manager = Manager();
        var desktop = (await manager.BuildAsync(TestManager.Alice)).Id;
        await KeepAwakeAsync(manager, TestManager.Alice, desktop, TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(Minutes + 1));
        await LookAsync(manager);

        var trail = (await manager.Get<IAuditLog>().QueryAsync(Actor.System, new AuditFilter { Target = $"desktop/{desktop}" }, None)).Value.Items;

        trail.Single(e => e.Action == "desktop.keep-awake").ActorId.ShouldBe("acc-alice");
        trail.Single(e => e.Action == "desktop.stop").ActorId.ShouldBe(Actor.System.AccountId);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_shows_since_when_it_is_idle_only_while_it_runs()
    {
        await using var manager = Manager();
        var (desktop, connection) = await OpenAsync(manager);
        time.Advance(TimeSpan.FromMinutes(1));
        var input = time.GetUtcNow();
        await ReportAsync(manager, connection, Quiet with { LastInputAt = input });

        (await manager.Desktops.GetAsync(TestManager.Alice, desktop, None)).Value.IdleSince.ShouldBe(input);
        await manager.Desktops.ChangeAsync(TestManager.Alice, desktop, new ChangeDesktop { Power = Power.Off }, None);
        (await manager.Desktops.GetAsync(TestManager.Alice, desktop, None)).Value.IdleSince.ShouldBeNull();
        (await Service(manager).GetAsync(TestManager.Alice, desktop, None)).Problem!.Code.ShouldBe("desktop_not_running");
    }

    private static IDesktopIdleService Service(TestManager manager) => manager.Get<IDesktopIdleService>();

    private static async Task<DesktopIdle> IdleAsync(TestManager manager, string desktop) => (await Service(manager).GetAsync(TestManager.Alice, desktop, None)).Value;

    private Task<Outcome<DesktopIdle>> KeepAwakeAsync(TestManager manager, Actor actor, string desktop, TimeSpan? length) =>
        Service(manager).KeepAwakeAsync(actor, desktop, length is { } of ? time.GetUtcNow() + of : null, None);

    private static async Task<int> LookAsync(TestManager manager)
    {
        using var idle = ActivatorUtilities.CreateInstance<IdleStop>(manager.Host.Services);
        return await SettledLookAsync(manager, idle);
    }

    private static Task<int> SettledLookAsync(TestManager manager, IdleStop idle)
    {
        TestStore.Settle(manager.Paths.Root);
        return idle.LookAsync(None);
    }

    private static async Task<(string Desktop, string Connection)> OpenAsync(TestManager manager)
    {
        LetSessionsBe(manager);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        return (desktop.Id, await ConnectAsync(manager, desktop.Id));
    }

    private static async Task<string> ConnectAsync(TestManager manager, string desktop)
    {
        var connection = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop, None)).Value.ConnectionId;
        (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Succeeded.ShouldBeTrue();
        return connection;
    }

    private static async Task ReportAsync(TestManager manager, string connection, ConnectionReport report) =>
        (await manager.Get<IConnectionService>().ReportAsync(connection, report, None)).Succeeded.ShouldBeTrue();

    private static void LetSessionsBe(TestManager manager) =>
        manager.Sessions.Setup(s => s.FindLiveAsync("acc-alice", It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(
            (string _, string id, CancellationToken _) => new SessionInfo(id, "acc-alice", "alice", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null, null));

    private TestManager Manager(TestManager? onSameData = null)
    {
        var manager = new TestManager(onSameData, time: time);
        manager.Templates.All[0] = manager.Templates.All[0] with { Session = new SessionPolicy { IdleStopMinutes = Minutes } };
        return manager;
    }
}
