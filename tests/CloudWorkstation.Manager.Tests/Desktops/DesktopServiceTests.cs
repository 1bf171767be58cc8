using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Desktops;

public sealed class DesktopServiceTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Dictionary<string, JsonElement> NoParameters = [];

    [Fact(Timeout = 60_000)]
    public async Task Racing_creates_at_quota_one_make_one_desktop()
    {
        await using var manager = new TestManager();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            manager.Desktops.CreateAsync(TestManager.Alice, new CreateDesktop("tiny", "Racer", NoParameters), None)));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "quota_exceeded");
        (await ListAsync(manager, TestManager.Alice)).Count.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_total_of_all_templates_is_bounded_too()
    {
        await using var manager = new TestManager(settings: new() { ["Quota:PerUser"] = "2" });
        await manager.CreateAsync(TestManager.Alice);
        await manager.CreateAsync(TestManager.Alice);

        var third = await manager.Desktops.CreateAsync(TestManager.Alice, new CreateDesktop("tiny", "Third", NoParameters), None);

        third.Problem!.Code.ShouldBe("quota_exceeded");
    }

    [Fact(Timeout = 60_000)]
    public async Task Racing_changes_have_one_winner_and_the_others_learn_its_operation()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => i % 2 == 0
            ? manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.Off }, None)
            : manager.Desktops.DeleteAsync(TestManager.Alice, desktop.Id, null, None)));

        var winner = outcomes.Single(o => o.Succeeded).Value.Operation!.Id;
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "operation_in_progress" && o.Problem.Extensions["operation"] == winner);
    }

    [Fact(Timeout = 60_000)]
    public async Task Everything_that_is_wrong_with_a_request_is_said_at_once()
    {
        await using var manager = new TestManager();
        var wrong = new Dictionary<string, JsonElement> { ["colour"] = JsonSerializer.SerializeToElement("red") };

        var outcome = await manager.Desktops.CreateAsync(TestManager.Alice, new CreateDesktop("local-vnc", "a\u202eb", wrong), None);

        outcome.Problem!.Errors.Select(e => e.Field).ShouldBe(["name", "parameters.colour"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("nothing", "template_not_found")]
    [InlineData("broken", "template_broken")]
    public async Task A_template_that_is_not_on_offer_is_refused_together_with_a_bad_name(string template, string code)
    {
        await using var manager = new TestManager();

        var outcome = await manager.Desktops.CreateAsync(TestManager.Alice, new CreateDesktop(template, "", NoParameters), None);

        outcome.Problem!.Code.ShouldBe(code);
        outcome.Problem.Errors.Select(e => e.Field).ShouldBe(["template", "name"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Somebody_elses_desktop_is_not_found_by_any_method()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var operation = (await manager.Operations.ListAsync(TestManager.Alice, new OperationFilter(desktop.Id, null, 10, null), None)).Value.Items.Single().Id;
        var bob = TestManager.Bob;

        Problem?[] problems =
        [
            (await manager.Desktops.GetAsync(bob, desktop.Id, None)).Problem,
            (await manager.Desktops.ChangeAsync(bob, desktop.Id, new ChangeDesktop { Name = "Mine" }, None)).Problem,
            (await manager.Desktops.DeleteAsync(bob, desktop.Id, null, None)).Problem,
            (await manager.Desktops.PlanAsync(bob, desktop.Id, new ChangeDesktop(), None)).Problem,
            (await manager.Desktops.ConnectAsync(bob, desktop.Id, None)).Problem,
            (await manager.Operations.GetAsync(bob, operation, None)).Problem,
            (await manager.Operations.LogAsync(bob, operation, 0, 10, None)).Problem,
            (await manager.Operations.CancelAsync(bob, operation, None)).Problem,
            (await manager.Operations.RetryAsync(bob, operation, None)).Problem,
        ];

        problems.ShouldAllBe(p => p != null && p.Kind == ProblemKind.NotFound);
        (await ListAsync(manager, bob)).ShouldBeEmpty();
        (await ListAsync(manager, bob, new DesktopFilter { Owner = TestManager.Alice.AccountId })).ShouldBeEmpty();
        (await manager.Desktops.ListAsync(bob, new DesktopFilter { Everyone = true }, None)).Problem!.Code.ShouldBe("forbidden");
        (await manager.Operations.ListAsync(bob, new OperationFilter(desktop.Id, null, 10, null), None)).Value.Items.ShouldBeEmpty();
        (await manager.Operations.ListAsync(bob, new OperationFilter(null, OperationState.Succeeded, 10, null), None)).Value.Items.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rename_runs_nothing_and_raises_the_version()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var before = (await manager.Desktops.GetAsync(TestManager.Alice, desktop.Id, None)).Value.Version;

        var renamed = (await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Name = "Other" }, None)).Value;

        renamed.Operation.ShouldBeNull();
        renamed.Desktop.Desktop.Name.ShouldBe("Other");
        renamed.Desktop.Version.ShouldBe(before + 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stale_version_is_refused()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);

        var outcome = await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Name = "Other", IfVersion = 1 }, None);

        outcome.Problem!.Kind.ShouldBe(ProblemKind.Stale);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_update_that_replaces_something_waits_for_a_confirmation()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        manager.Terraform.Plan = [new PlannedChange("terraform_data.screen", ["delete", "create"], ["triggers_replace"])];
        var change = new ChangeDesktop { TemplateVersion = "v2" };

        var asked = await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, change, None);
        var confirmed = await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, change with { ConfirmReplacement = true }, None);

        asked.Problem!.Code.ShouldBe("confirmation_required");
        asked.Problem.Extensions["plan"].ShouldContain("terraform_data.screen");
        confirmed.Value.Operation!.Kind.ShouldBe(OperationKind.Update);
        confirmed.Value.Desktop.Desktop.TemplateVersion.ShouldBe("v2");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_update_that_only_restarts_the_session_asks_nothing()
    {
        await using var manager = new TestManager();
        manager.Templates.All[0] = manager.Templates.All[0] with { Persistent = ["terraform_data.home"] };
        var desktop = await manager.BuildAsync(TestManager.Alice);
        manager.Terraform.Plan = [new PlannedChange("terraform_data.screen[0]", ["delete", "create"], ["triggers_replace"])];
        var change = new ChangeDesktop { Parameters = Geometry("1920x1080") };

        var plan = (await manager.Desktops.PlanAsync(TestManager.Alice, desktop.Id, change, None)).Value;
        var accepted = await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, change, None);

        (plan.Destroys, plan.LosesData).ShouldBe((true, false));
        accepted.Value.Operation!.Kind.ShouldBe(OperationKind.Update);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task What_either_version_calls_persistent_is_not_lost_without_a_confirmation(string caller)
    {
        await using var manager = new TestManager();
        for (var i = 0; i < 2; i++)
        {
            manager.Templates.All[i] = manager.Templates.All[i] with { Persistent = [manager.Templates.All[i].Version == caller ? "terraform_data.home" : "terraform_data.other"] };
        }

        var desktop = await manager.BuildAsync(TestManager.Alice);
        manager.Terraform.Plan = [new PlannedChange("terraform_data.home", ["delete"], []), new PlannedChange("terraform_data.screen", ["delete"], [])];
        var change = new ChangeDesktop { TemplateVersion = "v2" };

        var plan = (await manager.Desktops.PlanAsync(TestManager.Alice, desktop.Id, change, None)).Value;
        var asked = await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, change, None);

        plan.Changes.Select(c => c.LosesData).ShouldBe([true, false]);
        asked.Problem!.Code.ShouldBe("confirmation_required");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_goes_through_every_page_newest_first()
    {
        var time = new ManualTime();
        await using var manager = new TestManager(time: time, settings: new() { ["Quota:PerUser"] = "50" });
        manager.Templates.All[0] = manager.Templates.All[0] with { MaximumPerUser = 50 };
        for (var i = 0; i < 7; i++)
        {
            await manager.CreateAsync(TestManager.Alice, $"Desktop {i}");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await manager.Desktops.ListAsync(TestManager.Alice, new DesktopFilter { Limit = 3, Cursor = cursor }, None)).Value;
            names.AddRange(page.Items.Select(v => v.Desktop.Name));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        names.ShouldBe(Enumerable.Range(0, 7).Reverse().Select(i => $"Desktop {i}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cursor_is_only_good_for_the_query_it_came_from()
    {
        await using var manager = new TestManager();
        await manager.CreateAsync(TestManager.Alice);
        await manager.CreateAsync(TestManager.Alice);
        var cursor = (await manager.Desktops.ListAsync(TestManager.Alice, new DesktopFilter { Limit = 1 }, None)).Value.Cursor;

        string?[] cursors = [cursor, "AAAA", "not a cursor!", new string('A', 5000)];
        foreach (var wrong in cursors)
        {
            var outcome = await manager.Desktops.ListAsync(TestManager.Alice, new DesktopFilter { Limit = 1, Cursor = wrong, Search = "x" }, None);
            outcome.Problem!.Code.ShouldBe("invalid_cursor");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Filters_narrow_what_an_admin_sees()
    {
        await using var manager = new TestManager();
        var running = await manager.BuildAsync(TestManager.Alice, "Alpha");
        await manager.CreateAsync(TestManager.Bob, "Beta", "tiny");

        (await ListAsync(manager, TestManager.Admin)).ShouldBeEmpty();
        (await ListAsync(manager, TestManager.Admin, new DesktopFilter { Everyone = true })).Count.ShouldBe(2);
        (await ListAsync(manager, TestManager.Admin, new DesktopFilter { Everyone = true, Status = DesktopStatus.Running })).Single().Id.ShouldBe(running.Id);
        (await ListAsync(manager, TestManager.Admin, new DesktopFilter { Everyone = true, Template = "tiny" })).Single().Name.ShouldBe("Beta");
        (await ListAsync(manager, TestManager.Admin, new DesktopFilter { Everyone = true, Search = "ALPH" })).Single().Id.ShouldBe(running.Id);
        (await ListAsync(manager, TestManager.Admin, new DesktopFilter { Owner = TestManager.Bob.AccountId })).Single().Name.ShouldBe("Beta");
    }

    private static Dictionary<string, System.Text.Json.JsonElement> Geometry(string value) =>
        new() { ["geometry"] = System.Text.Json.JsonSerializer.SerializeToElement(value) };

    private static async Task<IReadOnlyList<Desktop>> ListAsync(TestManager manager, Actor actor, DesktopFilter? filter = null) =>
        [.. (await manager.Desktops.ListAsync(actor, filter ?? new DesktopFilter(), None)).Value.Items.Select(v => v.Desktop)];
}
