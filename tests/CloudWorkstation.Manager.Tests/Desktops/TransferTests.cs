using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Transfers;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;
using Moq;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class TransferTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static TransferDesktop ToBob { get; } = new("bob", null);

    [Fact(Timeout = 60_000)]
    public async Task A_transfer_moves_the_desktop_its_place_in_lists_and_its_count()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var moved = (await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None)).Value.Desktop;

        (moved.Owner, moved.OwnerName, moved.Status).ShouldBe(("acc-bob", "bob", DesktopStatus.Running));
        (await manager.Desktops.GetAsync(TestManager.Alice, desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        await TestManager.Until(async () => (await ListAsync(manager, TestManager.Bob)).SequenceEqual([desktop.Id]), "bob's list");
        await TestManager.Until(async () => (await ListAsync(manager, TestManager.Alice)).Count == 0, "alice's list");
        (await UsedAsync(manager, TestManager.Alice), await UsedAsync(manager, TestManager.Bob)).ShouldBe((0, 1));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("nobody", "invalid")]
    [InlineData("alice", "invalid")]
    [InlineData("carol", "invalid")]
    [InlineData("auditor", "owner_not_entitled")]
    public async Task A_new_owner_who_cannot_have_it_is_refused_in_words(string owner, string code)
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var problem = (await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, new TransferDesktop(owner, null), None)).Problem!;

        (problem.Code, problem.Errors.Single().Field).ShouldBe((code, "owner"));
        (await manager.ReadAsync(desktop.Id)).Owner.ShouldBe("acc-alice");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_owner_at_the_limit_is_refused_and_named()
    {
        await using var manager = await NewAsync();
        manager.Templates.All[0] = manager.Templates.All[0] with { MaximumPerUser = 1 };
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await manager.BuildAsync(TestManager.Bob);

        var problem = (await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None)).Problem!;

        problem.Code.ShouldBe("quota_exceeded");
        problem.Detail.ShouldContain("bob has 1 of 1");
        (await UsedAsync(manager, TestManager.Alice), await UsedAsync(manager, TestManager.Bob)).ShouldBe((1, 1));
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_who_manages_desktops_gives_them_away()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var support = new Actor("acc-support", "support", ["support"], []);

        (await Transfer(manager).TransferAsync(support, desktop.Id, ToBob, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await Transfer(manager).TransferAsync(TestManager.Alice, desktop.Id, ToBob, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await Transfer(manager).TransferAsync(TestManager.Bob, desktop.Id, ToBob, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_an_operation_is_under_way_nothing_is_transferred_and_a_stale_version_neither()
    {
        await using var manager = await NewAsync();
        var accepted = await manager.CreateAsync(TestManager.Alice);

        var problem = (await Transfer(manager).TransferAsync(TestManager.Admin, accepted.Desktop.Desktop.Id, ToBob, None)).Problem!;
        (problem.Code, problem.Extensions["operation"]).ShouldBe(("operation_in_progress", accepted.Operation!.Id));

        await manager.RunAsync(accepted.Operation.Id);
        (await Transfer(manager).TransferAsync(TestManager.Admin, accepted.Desktop.Desktop.Id, ToBob with { IfVersion = 1 }, None)).Problem!.Kind.ShouldBe(ProblemKind.Stale);
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_a_transfer_and_a_stop_at_once_each_is_whole_in_either_order()
    {
        await using var manager = await NewAsync();
        for (var i = 0; i < 10; i++)
        {
            var desktop = await manager.BuildAsync(TestManager.Alice);
            var transfer = Task.Run(() => Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None), None);
            var stop = Task.Run(() => manager.Desktops.ChangeAsync(TestManager.Admin, desktop.Id, new ChangeDesktop { Power = Power.Off }, None), None);
            var (moved, stopped) = (await transfer, await stop);

            var now = await manager.ReadAsync(desktop.Id);
            now.Owner.ShouldBe(moved.Succeeded ? "acc-bob" : "acc-alice");
            stopped.Succeeded.ShouldBeTrue();
            moved.Problem?.Code.ShouldBe("operation_in_progress");
            (await manager.OperationAsync(now.ActiveOperation!)).Owner.ShouldBe(now.Owner);
            await manager.RunAsync(now.ActiveOperation!);
            var delete = (await manager.Desktops.DeleteAsync(TestManager.Admin, desktop.Id, null, None)).Value;
            await manager.RunAsync(delete.Operation!.Id);
        }

        (await UsedAsync(manager, TestManager.Alice), await UsedAsync(manager, TestManager.Bob)).ShouldBe((0, 0));
    }

    [Fact(Timeout = 120_000)]
    public async Task Transfers_and_creations_at_once_never_exceed_the_new_owners_quota()
    {
        await using var manager = await NewAsync();
        manager.Templates.All[0] = manager.Templates.All[0] with { MaximumPerUser = 3 };
        var desktops = new List<Desktop>();
        for (var i = 0; i < 3; i++)
        {
            desktops.Add(await manager.BuildAsync(TestManager.Alice, $"Desktop {i}"));
        }

        var creations = Enumerable.Range(0, 3).Select(_ => Task.Run(() => manager.Desktops.CreateAsync(TestManager.Bob, new CreateDesktop("local-vnc", "Own", new Dictionary<string, System.Text.Json.JsonElement>()), None), None)).ToList();
        var transfers = desktops.Select(d => Task.Run(() => Transfer(manager).TransferAsync(TestManager.Admin, d.Id, ToBob, None), None)).ToList();
        var created = (await Task.WhenAll(creations)).Count(o => o.Succeeded);
        var moved = (await Task.WhenAll(transfers)).Count(o => o.Succeeded);

        (created + moved).ShouldBe(3);
        (await UsedAsync(manager, TestManager.Bob), await UsedAsync(manager, TestManager.Alice)).ShouldBe((3, 3 - moved));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_account_that_is_disabled_at_the_same_time_gets_nothing()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var first = true;
        manager.Store.BeforeCommit = writes =>
        {
            if (first && writes.Any(w => w.Key == new DocumentKey("desktops", desktop.Id)))
            {
                first = false;
                manager.ChangeAsync(TestManager.Bob, a => a.Disabled = true).GetAwaiter().GetResult();
            }
        };

        var problem = (await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None)).Problem!;

        problem.Detail.ShouldContain("disabled");
        (await manager.ReadAsync(desktop.Id)).Owner.ShouldBe("acc-alice");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_person_before_was_given_opens_nothing_any_more()
    {
        await using var manager = await NewAsync();
        var live = new SessionInfo("ses-alice", "acc-alice", "alice", default, default, default, null, null);
        manager.Sessions.Setup(s => s.FindLiveAsync("acc-alice", "ses-alice", It.IsAny<CancellationToken>())).ReturnsAsync(live);
        await manager.Host.StartAsync(None);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var connections = manager.Get<IConnectionService>();
        var opened = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Value;
        (await connections.OpenAsync(opened.ConnectionId, None)).Succeeded.ShouldBeTrue();
        var waiting = (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Value;

        await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None);

        (await connections.OpenAsync(waiting.ConnectionId, None)).Problem!.Code.ShouldBe("transferred");
        (await connections.ReportAsync(opened.ConnectionId, new ConnectionReport(null, 0, 0, null), None)).Problem!.Code.ShouldBe("transferred");
        (await manager.Desktops.ConnectAsync(TestManager.Alice, desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact(Timeout = 60_000)]
    public async Task Routers_hear_of_the_new_owner_and_end_the_connections()
    {
        await using var manager = await NewAsync();
        await manager.Host.StartAsync(None);
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await using var messages = manager.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        while (await messages.MoveNextAsync() && messages.Current is not RouteMessage.Synced)
        {
        }

        await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None);

        var heard = new List<RouteMessage>();
        while (heard.OfType<RouteMessage.End>().All(e => e.Reason != "transferred") && await messages.MoveNextAsync())
        {
            heard.Add(messages.Current);
        }

        heard.OfType<RouteMessage.Route>().Last().Value.ShouldBe(new DesktopRoute(desktop.Id, "acc-bob", "running", "127.0.0.1:8083"));
        heard.ShouldNotContain(m => m is RouteMessage.Unroute);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_person_before_is_told_that_it_is_gone_the_new_owner_and_the_admin_that_it_changed()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var feed = manager.Get<IEventFeed>();
        var head = await feed.HeadAsync(None);

        await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None);

        (await FirstAsync(feed, TestManager.Alice, head)).Kind.ShouldBe("desktop-deleted");
        foreach (var actor in new[] { TestManager.Bob, TestManager.Admin })
        {
            var told = await FirstAsync(feed, actor, head);
            (told.Kind, told.Data.GetProperty("owner").GetProperty("userName").GetString()).ShouldBe(("desktop", "bob"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_failure_goes_along_to_be_read_and_retried_by_the_new_owner_alone()
    {
        await using var manager = await NewAsync();
        manager.Terraform.NextFails(TerraformFailureKind.Template);
        var created = await manager.CreateAsync(TestManager.Alice);
        await manager.RunAsync(created.Operation!.Id);
        await Transfer(manager).TransferAsync(TestManager.Admin, created.Desktop.Desktop.Id, ToBob, None);

        (await manager.Operations.RetryAsync(TestManager.Alice, created.Operation.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await manager.Operations.LogAsync(TestManager.Bob, created.Operation.Id, 0, 10, None)).Succeeded.ShouldBeTrue();
        (await manager.Operations.RetryAsync(TestManager.Bob, created.Operation.Id, None)).Value.Kind.ShouldBe(OperationKind.Create);
    }

    [Fact(Timeout = 60_000)]
    public async Task Terraform_hears_of_the_new_owner_with_the_next_operation_and_keeps_the_password_and_the_state()
    {
        await using var manager = await NewAsync();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await Transfer(manager).TransferAsync(TestManager.Admin, desktop.Id, ToBob, None);

        var stop = (await manager.Desktops.ChangeAsync(TestManager.Bob, desktop.Id, new ChangeDesktop { Power = Power.Off }, None)).Value;
        await manager.RunAsync(stop.Operation!.Id);

        var (first, last) = (manager.Terraform.Calls.First().Request, manager.Terraform.Calls.Last().Request);
        (first.Variables["desktop"]!["owner"]!.GetValue<string>(), last.Variables["desktop"]!["owner"]!.GetValue<string>()).ShouldBe(("alice", "bob"));
        last.SecretVariables["vnc_password"].ShouldBe(first.SecretVariables["vnc_password"]);
        last.Backend.ToString().ShouldBe(first.Backend.ToString());
    }

    private static IDesktopTransfer Transfer(TestManager manager) => manager.Get<IDesktopTransfer>();

    private static async Task<TestManager> NewAsync()
    {
        var manager = new TestManager();
        await manager.AddAsync(TestManager.Alice, TestManager.Bob, TestManager.Admin, new Actor("acc-carol", "carol", ["user"], []), new Actor("acc-auditor", "auditor", [BuiltInRoles.Auditor], []));
        await manager.ChangeAsync(new Actor("acc-carol", "carol", [], []), a => a.Disabled = true);
        return manager;
    }

    private static async Task<IReadOnlyList<string>> ListAsync(TestManager manager, Actor actor) =>
        [.. (await manager.Desktops.ListAsync(actor, new DesktopFilter(), None)).Value.Items.Select(d => d.Desktop.Id)];

    private static async Task<int> UsedAsync(TestManager manager, Actor actor) => (await manager.Get<Quotas>().UseAsync(actor, None)).Sum(q => q.Used);

    private static async Task<ProductEvent> FirstAsync(IEventFeed feed, Actor actor, string after)
    {
        await foreach (var told in feed.SubscribeAsync(actor, after, TestContext.Current.CancellationToken))
        {
            return told;
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
