using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Desktops.Sharing;

/// <summary>Who shares what with whom, over all desktops.</summary>
public sealed class ShareOverviewTests
{
    private const int Limit = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ShareFilter All = new() { Everyone = true };

    [Fact(Timeout = Limit)]
    public async Task An_administrator_sees_everybodys_shares_the_latest_first_and_others_their_own()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.ShareAsync(people: ["carol"]);
        var bobs = await BobsAsync(world);

        var all = (await Overview(world).ListAsync(TestManager.Admin, All, None)).Value.Items;

        all.Select(s => (s.Desktop.Id, s.Desktop.Owner.UserName)).ShouldBe([(bobs.Id, "bob"), (world.Desktop.Id, "alice")]);
        all[1].Shares.Single().People.ShouldBe(["carol"]);
        (await IdsAsync(world, TestManager.Alice, new ShareFilter())).ShouldBe([world.Desktop.Id]);
        (await IdsAsync(world, TestManager.Alice, new ShareFilter { Owner = "ALICE" })).ShouldBe([world.Desktop.Id]);
        (await IdsAsync(world, TestManager.Admin, new ShareFilter { Owner = "bob" })).ShouldBe([bobs.Id]);
        (await IdsAsync(world, TestManager.Admin, new ShareFilter { Owner = "nobody-of-this-name" })).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Who_does_not_manage_desktops_learns_nothing_of_what_others_share()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.ShareAsync();

        foreach (var actor in new[] { TestManager.Bob, SharingWorld.Support })
        {
            (await Overview(world).ListAsync(actor, All, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
            (await Overview(world).ListAsync(actor, new ShareFilter { Owner = "alice" }, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
            (await Overview(world).EndAllAsync(actor, "alice", None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
            (await IdsAsync(world, actor, new ShareFilter())).ShouldBeEmpty();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task It_says_who_looks_now_and_is_found_by_a_guests_name()
    {
        await using var world = await SharingWorld.NewAsync();
        var open = await world.ShareAsync(ScreenAccess.Control);
        await BobsAsync(world);
        await world.EnterAsOwnerAsync();
        await world.EnterAsync(SharingWorld.Carol, open);

        var found = (await Overview(world).ListAsync(TestManager.Admin, All with { Guest = "Carol" }, None)).Value.Items.Single();

        found.Watchers.Select(w => $"{w.UserName} {w.Role} {w.Access}").ShouldBe(["alice Owner Control", "carol Guest Control"]);
        found.Shares.Single().UsedBy.Single().UserName.ShouldBe("carol");
        (await IdsAsync(world, TestManager.Admin, All with { Guest = "helper" })).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task What_has_ended_by_itself_is_no_longer_in_it()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        await world.ShareAsync();
        (await IdsAsync(world, TestManager.Admin, All)).ShouldBe([world.Desktop.Id]);

        time.Advance(TimeSpan.FromMinutes(61));
        (await IdsAsync(world, TestManager.Admin, All)).ShouldBeEmpty();

        await world.ShareAsync();
        await world.StopAsync();
        (await IdsAsync(world, TestManager.Admin, All)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task It_comes_in_pages()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.ShareAsync();
        var bobs = await BobsAsync(world);

        var first = (await Overview(world).ListAsync(TestManager.Admin, All with { Limit = 1 }, None)).Value;
        var second = (await Overview(world).ListAsync(TestManager.Admin, All with { Limit = 1, Cursor = first.Cursor }, None)).Value;

        first.Items.Concat(second.Items).Select(s => s.Desktop.Id).ShouldBe([bobs.Id, world.Desktop.Id]);
        (await Overview(world).ListAsync(TestManager.Admin, All with { Owner = "alice", Everyone = false, Cursor = first.Cursor }, None)).Problem!.Code.ShouldBe("invalid_cursor");
    }

    [Fact(Timeout = Limit)]
    public async Task All_of_a_person_end_at_once_each_on_record_and_nobody_elses()
    {
        await using var world = await SharingWorld.NewAsync();
        var one = await world.ShareAsync();
        await world.ShareAsync(people: ["carol"]);
        var second = await world.Manager.BuildAsync(TestManager.Alice, "Another");
        await ShareAsync(world, TestManager.Alice, second);
        var bobs = await BobsAsync(world);
        var guest = await world.EnterAsync(TestManager.Bob, one);

        (await Overview(world).EndAllAsync(TestManager.Admin, "alice", None)).Value.ShouldBe(3);

        (await world.ReasonAsync(guest)).ShouldBe("share-ended");
        (await IdsAsync(world, TestManager.Admin, All)).ShouldBe([bobs.Id]);
        await TestManager.Until(async () => await RevokedAsync(world) == 2, "the trail's index");
        (await Overview(world).EndAllAsync(TestManager.Bob, null, None)).Value.ShouldBe(1, "one's own");
    }

    [Fact(Timeout = Limit)]
    public async Task An_administrators_look_is_seen_while_it_lasts()
    {
        await using var world = await SharingWorld.NewAsync(templates: t => t.All[0] = t.All[0] with { Session = new SessionPolicy { AdminWatch = "tell" } });
        await world.OpenedAsync((await world.Manager.Desktops.ConnectAsync(TestManager.Admin, world.Desktop.Id, None)).Value);

        var seen = (await Overview(world).ListAsync(TestManager.Admin, All, None)).Value.Items.Single();

        (seen.Shares.Count, seen.Watchers.Single().Role).ShouldBe((0, WatcherRole.Admin));
    }

    private static async Task<int> RevokedAsync(SharingWorld world)
    {
        var entries = (await world.Manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, new AuditFilter { Target = $"desktop/{world.Desktop.Id}" }, None)).Value.Items;
        return entries.Count(e => e.Action == AuditActions.ShareRevoke && e.ActorName == "admin");
    }

    private static IShareOverview Overview(SharingWorld world) => world.Manager.Get<IShareOverview>();

    private static async Task<IReadOnlyList<string>> IdsAsync(SharingWorld world, Actor actor, ShareFilter filter) =>
        [.. (await Overview(world).ListAsync(actor, filter, None)).Value.Items.Select(s => s.Desktop.Id)];

    private static async Task<Desktop> BobsAsync(SharingWorld world)
    {
        var desktop = await world.Manager.BuildAsync(TestManager.Bob, "Bob's");
        await ShareAsync(world, TestManager.Bob, desktop);
        return desktop;
    }

    private static async Task ShareAsync(SharingWorld world, Actor owner, Desktop desktop) =>
        (await world.Shares.CreateAsync(owner, desktop.Id, new NewShare(ScreenAccess.View, null, true, null, false), None)).Problem.ShouldBeNull();
}
