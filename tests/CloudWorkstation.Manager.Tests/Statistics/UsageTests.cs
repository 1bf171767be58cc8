using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Transfers;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Statistics;

public sealed class UsageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_counts_from_its_screen_to_its_stop_in_every_hour_it_ran()
    {
        var time = new Parts.ManualTime();
        await using var manager = await NewAsync(time);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await AdvanceAsync(manager, time, TimeSpan.FromMinutes(90));
        await StopAsync(manager, desktop.Id);
        await AdvanceAsync(manager, time, TimeSpan.FromHours(1));

        var view = await ReadAsync(manager, time, StatisticsStep.Hour);

        view.RunningNow.ShouldBe(0);
        view.Items.Select(i => (i.At.Hour, i.DesktopHours)).ShouldBe([(8, 1.0), (9, 0.5)]);
        (view.Total.DesktopHours, view.Total.RunningPeak).ShouldBe((1.5, 1));
        view.Total.HoursByTemplate.ShouldBe(new Dictionary<string, double> { ["local-vnc"] = 1.5 });
        view.Total.HoursByGroup.ShouldBe(new Dictionary<string, double> { ["engineers"] = 1.5 });
        (await PeopleAsync(manager, time)).ShouldBe([("alice", 1.5)]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_still_runs_is_counted_every_few_minutes()
    {
        var time = new Parts.ManualTime();
        await using var manager = await NewAsync(time);
        await manager.BuildAsync(TestManager.Alice);
        await manager.BuildAsync(TestManager.Bob);
        await AdvanceAsync(manager, time, TimeSpan.FromHours(30));

        var view = await ReadAsync(manager, time, StatisticsStep.Day);

        (view.RunningNow, view.Total.DesktopHours, view.Total.RunningPeak).ShouldBe((2, 60, 2));
        view.Items.Select(i => (i.At.Day, i.DesktopHours)).ShouldBe([(21, 32), (22, 28)]);
        view.Items[0].RunningAverage.ShouldBe(1.33);
    }

    [Fact(Timeout = 60_000)]
    public async Task Operations_count_by_how_they_ended_and_failures_by_their_kind()
    {
        var time = new Parts.ManualTime();
        await using var manager = await NewAsync(time);
        await manager.BuildAsync(TestManager.Alice);
        manager.Terraform.NextFails(TerraformFailureKind.Template);
        await manager.RunAsync((await manager.CreateAsync(TestManager.Alice)).Operation!.Id);
        var cancelled = await manager.CreateAsync(TestManager.Alice);
        await manager.Operations.CancelAsync(TestManager.Alice, cancelled.Operation!.Id, None);
        await AdvanceAsync(manager, time, TimeSpan.FromMinutes(1));

        var total = (await ReadAsync(manager, time, StatisticsStep.Day)).Total;

        total.Operations.ShouldBe(new Dictionary<string, OperationCounts> { ["create"] = new(1, 1, 1) });
        total.Failures.ShouldBe(new Dictionary<string, int> { ["template"] = 1 });
        total.TimeToReady.Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task After_a_transfer_the_hours_are_the_new_owners()
    {
        var time = new Parts.ManualTime();
        await using var manager = await NewAsync(time);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await AdvanceAsync(manager, time, TimeSpan.FromHours(1));
        (await manager.Get<IDesktopTransfer>().TransferAsync(TestManager.Admin, desktop.Id, new TransferDesktop("bob", null), None)).Succeeded.ShouldBeTrue();
        await AdvanceAsync(manager, time, TimeSpan.FromHours(2));

        (await PeopleAsync(manager, time)).ShouldBe([("bob", 2), ("alice", 1)]);
        (await ReadAsync(manager, time, StatisticsStep.Day)).RunningNow.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Somebody_is_active_once_an_hour_and_once_a_day()
    {
        var time = new Parts.ManualTime();
        await using var manager = await NewAsync(time);
        var facts = manager.Get<UsageFacts>();
        foreach (var (account, later) in new[] { ("acc-alice", 0), ("acc-alice", 5), ("acc-bob", 5), ("acc-alice", 60) })
        {
            time.Advance(TimeSpan.FromMinutes(later));
            await manager.Get<IDocumentStore>().CommitAsync([facts.Connected(account)], None);
        }

        await AdvanceAsync(manager, time, TimeSpan.FromMinutes(1));

        (await ReadAsync(manager, time, StatisticsStep.Hour)).Items.Select(i => i.ActiveUsers).ShouldBe([2, 1]);
        (await ReadAsync(manager, time, StatisticsStep.Day)).Items.Single().ActiveUsers.ShouldBe(2);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_that_went_away_untold_stops_counting()
    {
        var time = new Parts.ManualTime();
        await using var manager = await NewAsync(time);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await AdvanceAsync(manager, time, TimeSpan.FromMinutes(1));
        var documents = manager.Get<DesktopDocuments>().Desktops;
        await manager.Get<IDocumentStore>().CommitAsync([documents.Remove(desktop.Id, (await documents.GetAsync(desktop.Id, None))!.Version)], None);

        await AdvanceAsync(manager, time, TimeSpan.FromHours(1));
        await AdvanceAsync(manager, time, TimeSpan.FromHours(1));

        (await ReadAsync(manager, time, StatisticsStep.Day)).RunningNow.ShouldBe(0);
    }

    /// <summary>A process that counts and is killed before, or after, any of its commits: another one counts the rest, and nothing twice.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_at_any_commit_the_counting_ends_with_the_same_sums(bool before)
    {
        for (var kill = 0; ; kill++)
        {
            var time = new Parts.ManualTime();
            await using var first = await NewAsync(time);
            for (var i = 0; i < 3; i++)
            {
                var desktop = await first.BuildAsync(TestManager.Alice);
                time.Advance(TimeSpan.FromMinutes(20));
                await StopAsync(first, desktop.Id);
            }

            await first.BuildAsync(TestManager.Bob);
            time.Advance(TimeSpan.FromHours(25));
            var commits = 0;
            void Kill(IReadOnlyList<DocumentWrite> writes)
            {
                if (commits++ == kill)
                {
                    first.Store.Cut();
                    throw new IOException("killed");
                }
            }

            first.Store.BeforeCommit = before ? Kill : null;
            first.Store.AfterCommit = before ? null : Kill;
            var killed = await Record.ExceptionAsync(() => first.Get<UsageCounter>().CountAsync(None)) is not null;
            TestStore.Settle(first.Paths.Root);
            time.Advance(TimeSpan.FromMinutes(2));
            await using var second = new TestManager(onSameData: first, time: time);
            await second.Get<UsageCounter>().CountAsync(None);
            time.Advance(TimeSpan.FromMinutes(13));
            await second.Get<UsageCounter>().CountAsync(None);

            var total = (await ReadAsync(second, time, StatisticsStep.Day)).Total;
            total.DesktopHours.ShouldBe(26.25, $"killed at commit {kill}");
            total.Operations["create"].Succeeded.ShouldBe(4, $"killed at commit {kill}");
            total.Operations["stop"].Succeeded.ShouldBe(3, $"killed at commit {kill}");
            (await PeopleAsync(second, time)).ShouldBe([("bob", 25.25), ("alice", 1)]);
            if (!killed)
            {
                kill.ShouldBeGreaterThan(3);
                return;
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_who_reads_statistics_reads_them_and_no_longer_than_a_thousand_steps()
    {
        var time = new Parts.ManualTime();
        await using var manager = await NewAsync(time);
        var statistics = manager.Get<IStatisticsService>();
        var query = new StatisticsQuery(time.GetUtcNow().AddDays(-7), time.GetUtcNow(), StatisticsStep.Day);

        foreach (var (role, allowed) in new[] { ("user", false), ("support", false), ("template-author", true), ("auditor", true), ("admin", true) })
        {
            var actor = new Actor("acc-x", "x", [role], []);
            (await statistics.ReadAsync(actor, query, None)).Succeeded.ShouldBe(allowed, role);
            (await statistics.PeopleAsync(actor, new DateOnly(2026, 11, 1), 10, null, None)).Succeeded.ShouldBe(allowed, role);
        }

        (await statistics.ReadAsync(TestManager.Admin, query with { Step = StatisticsStep.Hour, From = query.To.AddHours(-1001) }, None)).Problem!.Code.ShouldBe("invalid");
        (await statistics.ReadAsync(TestManager.Admin, query with { From = query.To }, None)).Problem!.Code.ShouldBe("invalid");
    }

    [Theory(Timeout = 10_000)]
    [InlineData(new double[0], null, null)]
    [InlineData(new[] { 4.0 }, 4.0, 4.9)]
    [InlineData(new[] { 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 25.0 }, 0.6, 25.0)]
    [InlineData(new[] { 100_000.0 }, 3600.0, 3600.0)]
    public async Task Percentiles_are_estimated_from_the_histogram(double[] seconds, double? p50, double? p95)
    {
        await Task.Yield();
        var counts = seconds.Aggregate(Array.Empty<int>(), ReadyTimes.With);

        ReadyTimes.Of(counts).ShouldBe(new TimeToReady(seconds.Length, p50, p95));
    }

    private static async Task<TestManager> NewAsync(TimeProvider time)
    {
        var manager = new TestManager(time: time);
        await manager.AddAsync(TestManager.Alice with { Groups = ["engineers"] }, TestManager.Bob, TestManager.Admin);
        return manager;
    }

    /// <summary>Time goes on in steps in which the counter gets its turn, as in the product.</summary>
    private static async Task AdvanceAsync(TestManager manager, Parts.ManualTime time, TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromMinutes(15))
        {
            time.Advance(by - passed < TimeSpan.FromMinutes(15) ? by - passed : TimeSpan.FromMinutes(15));
            TestStore.Settle(manager.Paths.Root);
            (await manager.Get<UsageCounter>().CountAsync(None)).ShouldBeTrue();
        }
    }

    private static async Task StopAsync(TestManager manager, string desktop)
    {
        var stop = (await manager.Desktops.ChangeAsync(TestManager.Admin, desktop, new ChangeDesktop { Power = Power.Off }, None)).Value;
        await manager.RunAsync(stop.Operation!.Id);
    }

    private static async Task<StatisticsView> ReadAsync(TestManager manager, Parts.ManualTime time, StatisticsStep step) =>
        (await manager.Get<IStatisticsService>().ReadAsync(TestManager.Admin, new StatisticsQuery(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero), time.GetUtcNow(), step), None)).Value;

    private static async Task<IReadOnlyList<(string, double)>> PeopleAsync(TestManager manager, Parts.ManualTime time) =>
        [.. (await manager.Get<IStatisticsService>().PeopleAsync(TestManager.Admin, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), 10, null, None)).Value.Items.Select(p => (p.UserName, p.DesktopHours))];
}
