using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Bulks;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class BulkTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Support = new("acc-support", "support", ["support"], [], "ses-support");

    private static DesktopFilter Everyones { get; } = new() { Everyone = true };

    [Fact(Timeout = 60_000)]
    public async Task Every_desktop_of_a_filter_gets_its_operation_and_its_result()
    {
        await using var manager = await NewAsync();
        var (mine, theirs) = (await manager.BuildAsync(TestManager.Alice), await manager.BuildAsync(TestManager.Bob));
        var stopped = await manager.BuildAsync(TestManager.Bob);
        await manager.RunAsync((await manager.Desktops.ChangeAsync(TestManager.Bob, stopped.Id, new ChangeDesktop { Power = Power.Off }, None)).Value.Operation!.Id);

        var done = await RunAsync(manager, TestManager.Admin, Stop(3));

        done.Bulk.State.ShouldBe(BulkState.Done);
        ResultOf(done, mine.Id).ShouldBe(BulkResult.Accepted);
        ResultOf(done, theirs.Id).ShouldBe(BulkResult.Accepted);
        ResultOf(done, stopped.Id).ShouldBe(BulkResult.Unchanged);
        foreach (var item in done.Items.Where(i => i.Operation is not null))
        {
            var operation = await manager.OperationAsync(item.Operation!);
            (operation.Desktop, operation.Kind, operation.RequestedBy).ShouldBe((item.Desktop, OperationKind.Stop, "admin"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task With_another_number_than_expected_nothing_is_done()
    {
        await using var manager = await NewAsync();
        await manager.BuildAsync(TestManager.Alice);

        var problem = (await Bulks(manager).StartAsync(TestManager.Admin, Stop(2), None)).Problem!;

        (problem.Code, problem.Extensions["count"]).ShouldBe(("count_changed", "1"));
    }

    [Fact(Timeout = 60_000)]
    public async Task To_delete_the_number_is_given_twice()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var request = new StartBulk(BulkAction.Delete, [desktop.Id], null, 1, null, null);

        (await Bulks(manager).StartAsync(TestManager.Admin, request, None)).Problem!.Errors.Single().Field.ShouldBe("confirm");
        (await RunAsync(manager, TestManager.Admin, request with { Confirm = 1 })).Items.Single().Result.ShouldBe(BulkResult.Accepted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Support_stops_everyones_and_deletes_nobodys()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        (await Bulks(manager).StartAsync(Support, new StartBulk(BulkAction.Delete, null, Everyones, 1, 1, null), None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        var named = await RunAsync(manager, Support, new StartBulk(BulkAction.Delete, [desktop.Id], null, 1, 1, null));
        (named.Items.Single().Result, named.Items.Single().Code).ShouldBe((BulkResult.Refused, "forbidden"));
        (await RunAsync(manager, Support, Stop(1))).Items.Single().Result.ShouldBe(BulkResult.Accepted);
        (await Bulks(manager).StartAsync(Support, new StartBulk(BulkAction.Transfer, [desktop.Id], null, 1, null, "bob"), None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_user_changes_their_own_and_finds_no_others()
    {
        await using var manager = await NewAsync();
        var (mine, theirs) = (await manager.BuildAsync(TestManager.Alice), await manager.BuildAsync(TestManager.Bob));

        var done = await RunAsync(manager, TestManager.Alice, new StartBulk(BulkAction.Stop, [mine.Id, theirs.Id], null, 2, null, null));

        ResultOf(done, mine.Id).ShouldBe(BulkResult.Accepted);
        done.Items.Single(i => i.Desktop == theirs.Id).ShouldBe(new BulkItem { Desktop = theirs.Id, Result = BulkResult.Refused, Code = "not_found", Detail = "There is no such desktop any more." });
        (await Bulks(manager).StartAsync(TestManager.Alice, Stop(2), None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await Bulks(manager).GetAsync(TestManager.Bob, done.Bulk.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await Bulks(manager).GetAsync(TestManager.Admin, done.Bulk.Id, None)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_loses_the_right_or_the_account_meanwhile_changes_nothing_more()
    {
        await using var manager = await NewAsync();
        await manager.BuildAsync(TestManager.Alice);
        var accepted = (await Bulks(manager).StartAsync(TestManager.Admin, Stop(1), None)).Value;
        await manager.ChangeAsync(TestManager.Admin, a => a.Disabled = true);

        await manager.Get<BulkRunner>().RunAsync(accepted.Bulk.Id, None);

        var done = (await Bulks(manager).GetAsync(Actor.System, accepted.Bulk.Id, None)).Value;
        (done.Bulk.State, done.Items.Single().Code).ShouldBe((BulkState.Done, "forbidden"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_no_longer_matches_when_its_turn_comes_is_left_alone()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var request = new StartBulk(BulkAction.Delete, null, Everyones with { Status = DesktopStatus.Running }, 1, 1, null);
        var accepted = (await Bulks(manager).StartAsync(TestManager.Admin, request, None)).Value;
        await manager.RunAsync((await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.Off }, None)).Value.Operation!.Id);

        await manager.Get<BulkRunner>().RunAsync(accepted.Bulk.Id, None);

        (await Bulks(manager).GetAsync(TestManager.Admin, accepted.Bulk.Id, None)).Value.Items.Single().Code.ShouldBe("count_changed");
        (await manager.ReadAsync(desktop.Id)).Status.ShouldBe(DesktopStatus.Stopped);
    }

    [Fact(Timeout = 60_000)]
    public async Task Refusals_are_listed_and_do_not_hold_up_the_others()
    {
        await using var manager = await NewAsync();
        var busy = (await manager.CreateAsync(TestManager.Alice)).Desktop.Desktop.Id;
        var running = (await manager.BuildAsync(TestManager.Alice)).Id;

        var done = await RunAsync(manager, TestManager.Admin, new StartBulk(BulkAction.Delete, [busy, "nosuchdeskto", running], null, 3, 3, null));

        done.Items.Select(i => (i.Desktop, i.Result, i.Code)).ShouldBe(
        [
            (busy, BulkResult.Refused, "operation_in_progress"), ("nosuchdeskto", BulkResult.Refused, "not_found"), (running, BulkResult.Accepted, null),
        ]);
    }

    [Fact(Timeout = 60_000)]
    public async Task To_start_what_runs_repairs_nothing()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        (await RunAsync(manager, TestManager.Admin, new StartBulk(BulkAction.Start, [desktop.Id], null, 1, null, null))).Items.Single().Result.ShouldBe(BulkResult.Unchanged);

        (await manager.ReadAsync(desktop.Id)).ActiveOperation.ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_are_transferred_as_far_as_the_new_owner_may_have_them()
    {
        await using var manager = await NewAsync();
        manager.Templates.All[0] = manager.Templates.All[0] with { MaximumPerUser = 2 };
        await manager.BuildAsync(TestManager.Alice);
        await manager.BuildAsync(TestManager.Alice);
        await manager.BuildAsync(TestManager.Bob);

        var done = await RunAsync(manager, TestManager.Admin, new StartBulk(BulkAction.Transfer, null, new DesktopFilter { Owner = "alice" }, 2, null, "bob"));

        done.Items.Select(i => (i.Result, i.Code)).ShouldBe([(BulkResult.Done, null), (BulkResult.Refused, "quota_exceeded")]);
    }

    /// <summary>A process that is killed before, or after, any of its commits: another one brings it to the same end, and nothing is done twice.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_at_any_commit_the_bulk_ends_with_each_desktop_changed_once(bool before)
    {
        for (var kill = 0; ; kill++)
        {
            var time = new ManualTime();
            await using var first = await NewAsync(time);
            var ids = new List<string>();
            for (var i = 0; i < 3; i++)
            {
                ids.Add((await first.BuildAsync(TestManager.Alice)).Id);
            }

            var accepted = (await Bulks(first).StartAsync(TestManager.Admin, new StartBulk(BulkAction.Stop, ids, null, 3, null, null), None)).Value;
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
            var killed = await Record.ExceptionAsync(() => first.Get<BulkRunner>().RunAsync(accepted.Bulk.Id, None)) is not null;
            TestStore.Settle(first.Paths.Root);
            time.Advance(TimeSpan.FromMinutes(1));
            await using var second = new TestManager(onSameData: first, time: time);
            await second.Get<BulkRunner>().RunAsync(accepted.Bulk.Id, None);

            var done = (await Bulks(second).GetAsync(TestManager.Admin, accepted.Bulk.Id, None)).Value;
            done.Bulk.State.ShouldBe(BulkState.Done, $"killed at commit {kill}");
            foreach (var item in done.Items)
            {
                item.Result.ShouldBe(BulkResult.Accepted, $"killed at commit {kill}: {item.Detail}");
                (await second.ReadAsync(item.Desktop)).ActiveOperation.ShouldBe(item.Operation, $"killed at commit {kill}");
            }

            if (!killed)
            {
                kill.ShouldBeGreaterThan(4);
                return;
            }
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_processes_at_the_same_bulk_change_each_desktop_once()
    {
        await using var manager = await NewAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await manager.BuildAsync(TestManager.Alice)).Id);
        }

        var accepted = (await Bulks(manager).StartAsync(TestManager.Admin, new StartBulk(BulkAction.Stop, ids, null, 3, null, null), None)).Value.Bulk;
        var step = manager.Get<BulkStep>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() => step.RunAsync(accepted, 0, n % 3, TestManager.Admin, None), None)));

        var items = (await Bulks(manager).GetAsync(TestManager.Admin, accepted.Id, None)).Value.Items;
        items.ShouldAllBe(i => i.Result == BulkResult.Accepted);
        items.Select(i => i.Operation).Distinct().Count().ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task Filters_by_age_and_by_last_use_choose_what_lies_idle()
    {
        var time = new ManualTime();
        await using var manager = await NewAsync(time);
        var old = await manager.BuildAsync(TestManager.Alice, "Old and unused");
        var used = await manager.BuildAsync(TestManager.Alice, "Old and used");
        time.Advance(TimeSpan.FromDays(40));
        var fresh = await manager.BuildAsync(TestManager.Alice, "New");
        await manager.Get<IDocumentStore>().CommitAsync([manager.Get<DesktopDocuments>().Activity.Add(new DesktopActivity(used.Id, time.GetUtcNow(), null))], None);
        var monthAgo = time.GetUtcNow().AddDays(-30);

        var idle = (await manager.Desktops.ListAsync(TestManager.Admin, Everyones with { UnusedSince = monthAgo }, None)).Value.Items;
        var aged = (await manager.Desktops.ListAsync(TestManager.Admin, Everyones with { CreatedBefore = monthAgo }, None)).Value.Items;

        idle.Select(d => d.Desktop.Id).ShouldBe([old.Id]);
        aged.Select(d => d.Desktop.Id).Order().ShouldBe(new[] { old.Id, used.Id }.Order());
        (await Bulks(manager).CountAsync(TestManager.Admin, Everyones with { UnusedSince = monthAgo }, None)).Value.ShouldBe(1);
        fresh.Id.ShouldNotBe(old.Id);
    }

    private static IBulkService Bulks(TestManager manager) => manager.Get<IBulkService>();

    private static StartBulk Stop(int count) => new(BulkAction.Stop, null, Everyones, count, null, null);

    private static BulkResult ResultOf(BulkView bulk, string desktop) => bulk.Items.Single(i => i.Desktop == desktop).Result;

    private static async Task<BulkView> RunAsync(TestManager manager, Actor actor, StartBulk request)
    {
        var accepted = await Bulks(manager).StartAsync(actor, request, None);
        accepted.Problem.ShouldBeNull();
        await manager.Get<BulkRunner>().RunAsync(accepted.Value.Bulk.Id, None);
        return (await Bulks(manager).GetAsync(actor, accepted.Value.Bulk.Id, None)).Value;
    }

    private static async Task<TestManager> NewAsync(TimeProvider? time = null)
    {
        var manager = new TestManager(time: time);
        await manager.AddAsync(TestManager.Alice, TestManager.Bob, TestManager.Admin, Support);
        return manager;
    }
}
