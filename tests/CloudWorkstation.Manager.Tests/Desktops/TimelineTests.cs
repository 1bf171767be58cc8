using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Timeline;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Statistics.Timings;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;
using Moq;

namespace CloudWorkstation.Manager.Tests.Desktops;

/// <summary>From the click to the pixels. The clock moves only where a test moves it, so every time is exact.</summary>
public sealed class TimelineTests
{
    private const int Timeout = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ManualTime time = new();

    [Fact(Timeout = Timeout)]
    public async Task A_start_is_told_step_by_step_with_the_resources_that_ran_beside_each_other()
    {
        await using var manager = Manager();

        var timeline = await OfAsync(manager, await BuildSlowlyAsync(manager));

        timeline.Phases.Select(p => (p.Name, p.StartMilliseconds, p.Milliseconds, p.State)).ShouldBe(
        [
            ("queue", 0, 1000, PhaseState.Done),
            ("workspace", 1000, 0, PhaseState.Done),
            ("init", 1000, 500, PhaseState.Done),
            ("apply", 1500, 3000, PhaseState.Done),
            ("readiness", 4500, 0, PhaseState.Done),
            ("route", 4500, 0, PhaseState.Done),
        ]);
        timeline.Phases[3].Resources.Select(r => (r.Address, r.State, r.StartMilliseconds, r.Milliseconds)).ShouldBe(
        [
            ("a.home", ResourceState.Done, 1500L, 1000),
            ("a.disk", ResourceState.Done, 1500L, 2000),
            ("a.screen", ResourceState.Done, 3500L, 1000),
        ]);
        (timeline.ReadyMilliseconds, timeline.ElapsedMilliseconds, timeline.FirstFrameMilliseconds, timeline.Estimate).ShouldBe((4500, 4500, null, null));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_first_frame_ends_it_and_the_time_nobody_looked_is_not_the_products()
    {
        await using var manager = Manager();
        var operation = await BuildSlowlyAsync(manager);
        var desktop = (await manager.OperationAsync(operation)).Desktop;
        time.Advance(TimeSpan.FromMinutes(1));

        await LookAsync(manager, desktop, connect: 200, frame: 300);

        var timeline = await OfAsync(manager, operation);
        timeline.Phases.TakeLast(3).Select(p => (p.Name, p.StartMilliseconds, p.Milliseconds)).ShouldBe([("unattended", 4500, 60_000), ("connect", 64_500, 200), ("frame", 64_700, 300)]);
        (timeline.ReadyMilliseconds, timeline.FirstFrameMilliseconds, timeline.UnattendedMilliseconds).ShouldBe((4500, 65_000, 60_000));
        (await manager.Get<ITimelineService>().OfDesktopAsync(TestManager.Alice, desktop, None)).Value.FirstFrameMilliseconds.ShouldBe(65_000);
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_the_first_look_counts_and_a_connection_that_showed_nothing_is_none()
    {
        await using var manager = Manager();
        var operation = await BuildSlowlyAsync(manager);
        var desktop = (await manager.OperationAsync(operation)).Desktop;
        var connections = manager.Get<IConnectionService>();
        var dark = await OpenAsync(manager, desktop);
        await connections.CloseAsync(dark, "unreachable", Report(null), None);
        time.Advance(TimeSpan.FromSeconds(2));

        await LookAsync(manager, desktop, connect: 100, frame: 100);
        time.Advance(TimeSpan.FromSeconds(2));
        await LookAsync(manager, desktop, connect: 900, frame: 900);

        (await OfAsync(manager, operation)).FirstFrameMilliseconds.ShouldBe(4500 + 2000 + 200);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_two_who_look_at_once_one_was_first_and_both_connections_end_properly()
    {
        await using var manager = Manager();
        var operation = await BuildSlowlyAsync(manager);
        var desktop = (await manager.OperationAsync(operation)).Desktop;
        var (one, two) = (await OpenAsync(manager, desktop), await OpenAsync(manager, desktop));
        time.Advance(TimeSpan.FromMilliseconds(250));

        var connections = manager.Get<IConnectionService>();
        await Task.WhenAll(connections.ReportAsync(one, Report(time.GetUtcNow()), None), connections.ReportAsync(two, Report(time.GetUtcNow()), None));
        await Task.WhenAll(connections.CloseAsync(one, "closed", Report(time.GetUtcNow()), None), connections.CloseAsync(two, "closed", Report(time.GetUtcNow()), None));

        (await OfAsync(manager, operation)).FirstFrameMilliseconds.ShouldBe(4750);
        foreach (var connection in new[] { one, two })
        {
            (await manager.Get<DesktopDocuments>().Connections.GetAsync(connection, None))!.Value.State.ShouldBe(ConnectionState.Closed);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_proxy_whose_clock_is_wrong_shows_nothing_before_the_connection_or_in_the_future()
    {
        await using var manager = Manager();
        foreach (var (wrong, seen) in new[] { (-3600, 0), (3600, 40) })
        {
            var operation = await BuildSlowlyAsync(manager);
            var connection = await OpenAsync(manager, (await manager.OperationAsync(operation)).Desktop);
            time.Advance(TimeSpan.FromMilliseconds(40));

            await manager.Get<IConnectionService>().ReportAsync(connection, Report(time.GetUtcNow().AddSeconds(wrong)), None);

            (await OfAsync(manager, operation)).Phases[^1].Milliseconds.ShouldBe(seen);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task What_failed_shows_where_and_the_attempts_before_the_last_are_one_step()
    {
        await using var manager = Manager();
        var accepted = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;
        manager.Terraform.Next((_, _, _, _) =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(new TerraformOutcome { Failure = TerraformFailureKind.Network, Message = "away" });
        });
        manager.Terraform.Next(async (_, report, _, _) =>
        {
            await report(new TerraformEvent.StageStarted(time.GetUtcNow(), TerraformStage.Apply));
            await report(new TerraformEvent.Resource(time.GetUtcNow(), "a.disk", "create", ResourceState.Running, TimeSpan.Zero));
            time.Advance(TimeSpan.FromSeconds(1));
            await report(new TerraformEvent.Resource(time.GetUtcNow(), "a.disk", "create", ResourceState.Failed, TimeSpan.FromSeconds(1)));
            return new TerraformOutcome { Failure = TerraformFailureKind.Template, Message = "broken" };
        });
        await manager.RunAsync(accepted);
        (await OfAsync(manager, accepted)).Phases.Select(p => (p.Name, p.Milliseconds, p.State)).ShouldBe([("earlier", 2000, PhaseState.Done), ("queue", 0, PhaseState.Running)]);
        time.Advance(TimeSpan.FromSeconds(10));

        await manager.RunAsync(accepted);

        var timeline = await OfAsync(manager, accepted);
        timeline.State.ShouldBe(OperationState.Failed);
        timeline.Phases.Select(p => p.Name).ShouldBe(["earlier", "queue", "apply"]);
        timeline.Phases.Sum(p => p.Milliseconds).ShouldBe(13_000);
        (timeline.Phases[^1].State, timeline.Phases[^1].Resources.Single().State).ShouldBe((PhaseState.Failed, ResourceState.Failed));
        timeline.ReadyMilliseconds.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_desktops_timeline_is_of_its_latest_start_and_an_operation_of_any_kind_has_one()
    {
        await using var manager = Manager();
        var created = await BuildSlowlyAsync(manager);
        var desktop = (await manager.OperationAsync(created)).Desktop;
        var stop = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop, new ChangeDesktop { Power = Power.Off }, None)).Value.Operation!.Id;
        await manager.RunAsync(stop);

        (await OfDesktopAsync(manager, desktop)).Operation.ShouldBe(created);
        var stopped = await OfAsync(manager, stop);
        (stopped.Kind, stopped.ReadyMilliseconds, stopped.Phases[0].Name).ShouldBe((OperationKind.Stop, null, "queue"));

        var start = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop, new ChangeDesktop { Power = Power.On }, None)).Value.Operation!.Id;
        (await OfDesktopAsync(manager, desktop)).Operation.ShouldBe(start);
        await manager.RunAsync(start);
        (await OfDesktopAsync(manager, desktop)).ReadyMilliseconds.ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Somebody_elses_timeline_is_not_found()
    {
        await using var manager = Manager();
        var operation = await BuildSlowlyAsync(manager);
        var timelines = manager.Get<ITimelineService>();

        (await timelines.OfOperationAsync(TestManager.Bob, operation, None)).Problem!.Code.ShouldBe("not_found");
        (await timelines.OfDesktopAsync(TestManager.Bob, (await manager.OperationAsync(operation)).Desktop, None)).Problem!.Code.ShouldBe("not_found");
        (await timelines.OfOperationAsync(TestManager.Admin, operation, None)).Succeeded.ShouldBeTrue();
        (await timelines.OfDesktopAsync(TestManager.Admin, "nothing00000", None)).Problem!.Code.ShouldBe("not_found");
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_waits_is_told_how_long_it_usually_takes_and_nothing_where_nobody_knows()
    {
        await using var manager = Manager();
        var first = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;
        (await OfAsync(manager, first)).Estimate.ShouldBe(new StartEstimate(null, null, false, "none", 0));
        await manager.RunAsync(first);
        await BuildSlowlyAsync(manager);
        await BuildSlowlyAsync(manager);
        time.Advance(TimeSpan.FromSeconds(10));
        await manager.Get<UsageCounter>().CountAsync(None);

        var waiting = (await manager.CreateAsync(TestManager.Bob)).Operation!.Id;

        (await OfAsync(manager, waiting)).Estimate.ShouldBe(new StartEstimate(4.5, 4.5, false, "version", 3));
        time.Advance(TimeSpan.FromMilliseconds(500));
        (await OfAsync(manager, waiting)).Estimate!.RemainingSeconds.ShouldBe(4);
        time.Advance(TimeSpan.FromMinutes(1));
        (await OfAsync(manager, waiting)).Estimate.ShouldBe(new StartEstimate(4.5, null, true, "version", 3));
        await manager.RunAsync(waiting);
        (await OfAsync(manager, waiting)).Estimate.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_waits_for_an_update_is_told_how_long_those_before_it_took()
    {
        await using var manager = Manager();
        var desktop = (await manager.OperationAsync(await BuildSlowlyAsync(manager))).Desktop;
        manager.Terraform.Next((_, _, _, _) =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            return Task.FromResult(manager.Terraform.Success());
        });
        await manager.RunAsync(await UpdateAsync(manager, desktop, "v2"));
        time.Advance(TimeSpan.FromSeconds(10));
        await manager.Get<UsageCounter>().CountAsync(None);

        var waiting = await UpdateAsync(manager, desktop, "v1");

        (await OfAsync(manager, waiting)).Estimate.ShouldNotBeNull().ShouldSatisfyAllConditions(e => e.TypicalSeconds.ShouldBe(6), e => e.Starts.ShouldBe(1));
        await manager.RunAsync(waiting);
        (await OfAsync(manager, waiting)).Estimate.ShouldBeNull();
    }

    private static async Task<string> UpdateAsync(TestManager manager, string desktop, string version) =>
        (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop, new ChangeDesktop { TemplateVersion = version, ConfirmReplacement = true }, None)).Value.Operation!.Id;

    /// <summary>1 s in the queue, half a second of init, 3 s of apply in which two resources run beside each other and a third follows.</summary>
    private async Task<string> BuildSlowlyAsync(TestManager manager)
    {
        manager.Terraform.Next(async (_, report, _, _) =>
        {
            await StageAsync(TerraformStage.Workspace, 0);
            await StageAsync(TerraformStage.Init, 500);
            await StageAsync(TerraformStage.Apply, 0);
            await SayAsync("a.screen", ResourceState.Planned, 0);
            await SayAsync("a.home", ResourceState.Running, 0);
            await SayAsync("a.disk", ResourceState.Running, 0);
            time.Advance(TimeSpan.FromSeconds(1));
            await SayAsync("a.home", ResourceState.Done, 1000);
            time.Advance(TimeSpan.FromSeconds(1));
            await SayAsync("a.disk", ResourceState.Done, 2000);
            await SayAsync("a.screen", ResourceState.Running, 0);
            time.Advance(TimeSpan.FromSeconds(1));
            await SayAsync("a.screen", ResourceState.Done, 1000);
            return manager.Terraform.Success();

            async Task StageAsync(TerraformStage stage, int milliseconds)
            {
                await report(new TerraformEvent.StageStarted(time.GetUtcNow(), stage));
                time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            }

            async Task SayAsync(string address, ResourceState state, int elapsed) =>
                await report(new TerraformEvent.Resource(time.GetUtcNow(), address, "create", state, TimeSpan.FromMilliseconds(elapsed)));
        });
        var operation = (await manager.CreateAsync(TestManager.Alice)).Operation!.Id;
        time.Advance(TimeSpan.FromSeconds(1));
        await manager.RunAsync(operation);
        return operation;
    }

    private async Task LookAsync(TestManager manager, string desktop, int connect, int frame)
    {
        var connection = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop, None)).Value.ConnectionId;
        time.Advance(TimeSpan.FromMilliseconds(connect));
        (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Succeeded.ShouldBeTrue();
        await manager.Get<IConnectionService>().ReportAsync(connection, Report(null), None);
        time.Advance(TimeSpan.FromMilliseconds(frame));
        var report = Report(time.GetUtcNow());
        time.Advance(TimeSpan.FromSeconds(3));
        (await manager.Get<IConnectionService>().ReportAsync(connection, report, None)).Succeeded.ShouldBeTrue();
    }

    private static async Task<string> OpenAsync(TestManager manager, string desktop)
    {
        var connection = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop, None)).Value.ConnectionId;
        (await manager.Get<IConnectionService>().OpenAsync(connection, None)).Succeeded.ShouldBeTrue();
        return connection;
    }

    private static ConnectionReport Report(DateTimeOffset? seen) => new(null, 10, 20, null) { FirstFrameAt = seen };

    private static async Task<StartTimeline> OfAsync(TestManager manager, string operation) =>
        (await manager.Get<ITimelineService>().OfOperationAsync(TestManager.Admin, operation, None)).Value;

    private static async Task<StartTimeline> OfDesktopAsync(TestManager manager, string desktop) =>
        (await manager.Get<ITimelineService>().OfDesktopAsync(TestManager.Alice, desktop, None)).Value;

    private TestManager Manager()
    {
        var manager = new TestManager(time: time);
        manager.Sessions.Setup(s => s.FindLiveAsync("acc-alice", It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync(
            (string _, string id, CancellationToken _) => new SessionInfo(id, "acc-alice", "alice", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null, null));
        return manager;
    }
}
