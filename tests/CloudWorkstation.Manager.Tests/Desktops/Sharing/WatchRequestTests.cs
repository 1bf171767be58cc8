using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Desktops.Sharing;

/// <summary>Who may open everyone's screens sees one only as its rules have it.</summary>
public sealed class WatchRequestTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task Without_the_owner_there_nobody_can_allow_it()
    {
        await using var world = await SharingWorld.NewAsync();

        var problem = (await AskAsync(world)).Problem!;

        problem.Code.ShouldBe("owner_absent");
        problem.Detail.ShouldContain("alice");
        (await world.Watchers.RequestsAsync(TestManager.Alice, world.Desktop.Id, None)).Value.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_owner_is_asked_once_hears_of_it_and_allows_a_look()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.EnterAsOwnerAsync();
        var feed = world.Manager.Get<IEventFeed>();
        var head = await feed.HeadAsync(None);

        var asked = (await AskAsync(world)).Problem!;
        (await AskAsync(world)).Problem!.Extensions["request"].ShouldBe(asked.Extensions["request"]);
        var request = (await world.Watchers.RequestsAsync(TestManager.Alice, world.Desktop.Id, None)).Value.Single();
        await world.Watchers.AnswerAsync(TestManager.Alice, world.Desktop.Id, request.Id, true, None);
        var grant = (await AskAsync(world)).Value;

        (asked.Code, request.UserName, request.State).ShouldBe(("consent_pending", "admin", WatchRequestState.Pending));
        (await FirstAsync(feed, TestManager.Alice, head)).Kind.ShouldBe("watch-request");
        (await FirstAsync(feed, TestManager.Admin, head)).Data.GetProperty("state").GetString().ShouldBe("allowed");
        (await world.Connections.OpenAsync(grant.ConnectionId, None)).Value.Access.ShouldBe("view");
        (await world.NamesAsync()).ShouldBe(["alice Owner Control", "admin Admin View"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_is_told_and_holds_for_a_minute()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        var owner = await world.EnterAsOwnerAsync();

        await AnswerAsync(world, allow: false);
        (await AskAsync(world)).Problem!.Code.ShouldBe("watch_refused");
        time.Advance(TimeSpan.FromSeconds(61));
        await world.Connections.ReportAsync(owner, SharingWorld.Quiet, None);

        (await AskAsync(world)).Problem!.Code.ShouldBe("consent_pending");
    }

    [Fact(Timeout = 60_000)]
    public async Task No_answer_within_a_minute_is_as_good_as_a_refusal_and_comes_too_late_afterwards()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        var owner = await world.EnterAsOwnerAsync();
        var request = (await AskAsync(world)).Problem!.Extensions["request"];

        time.Advance(TimeSpan.FromSeconds(60));
        await world.Connections.ReportAsync(owner, SharingWorld.Quiet, None);

        (await world.Watchers.RequestsAsync(TestManager.Admin, world.Desktop.Id, None)).Value.Single().State.ShouldBe(WatchRequestState.Unanswered);
        (await world.Watchers.RequestsAsync(TestManager.Alice, world.Desktop.Id, None)).Value.ShouldBeEmpty();
        (await world.Watchers.AnswerAsync(TestManager.Alice, world.Desktop.Id, request, true, None)).Problem!.Code.ShouldBe("conflict");
        (await AskAsync(world)).Problem!.Extensions["request"].ShouldNotBe(request);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_the_owner_answers_and_only_once()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.EnterAsOwnerAsync();
        var request = (await AskAsync(world)).Problem!.Extensions["request"];

        (await world.Watchers.AnswerAsync(TestManager.Admin, world.Desktop.Id, request, true, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Watchers.AnswerAsync(TestManager.Bob, world.Desktop.Id, request, true, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => world.Watchers.AnswerAsync(TestManager.Alice, world.Desktop.Id, request, i % 2 == 0, None)));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Allowed_once_is_one_look_that_survives_a_broken_network_and_ends_when_the_administrator_has_left()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        var owner = await world.EnterAsOwnerAsync();
        await AnswerAsync(world, allow: true);
        var first = await world.OpenedAsync((await AskAsync(world)).Value);
        await world.Connections.CloseAsync(first, "lost", SharingWorld.Quiet, None);

        time.Advance(TimeSpan.FromMinutes(1));
        var second = await world.OpenedAsync((await AskAsync(world)).Value);
        await world.Connections.CloseAsync(second, "closed", SharingWorld.Quiet, None);
        time.Advance(TimeSpan.FromMinutes(3));
        await world.Connections.ReportAsync(owner, SharingWorld.Quiet, None);

        (await AskAsync(world)).Problem!.Code.ShouldBe("consent_pending");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_owner_ends_a_look()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.EnterAsOwnerAsync();
        await AnswerAsync(world, allow: true);
        var look = await world.OpenedAsync((await AskAsync(world)).Value);

        await world.Watchers.RemoveAsync(TestManager.Alice, world.Desktop.Id, look, None);

        (await world.ReasonAsync(look)).ShouldBe("share-ended");
        (await AskAsync(world)).Problem!.Code.ShouldBe("consent_pending");
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_it_is_enough_to_tell_the_administrator_gets_in_to_look_and_the_owner_hears_of_it()
    {
        await using var world = await SharingWorld.NewAsync(templates: t => t.All[0] = t.All[0] with { Session = new SessionPolicy { AdminWatch = "tell" } });
        var feed = world.Manager.Get<IEventFeed>();
        var head = await feed.HeadAsync(None);

        var grant = (await AskAsync(world)).Value;
        var opened = (await world.Connections.OpenAsync(grant.ConnectionId, None)).Value;

        (grant.Access, opened.Access).ShouldBe((ScreenAccess.View, "view"));
        var told = await FirstAsync(feed, TestManager.Alice, head);
        (told.Kind, told.Data.GetProperty("items")[0].GetProperty("role").GetString()).ShouldBe(("watchers", "admin"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_the_rules_say_off_no_administrator_gets_in_and_one_who_looks_is_ended()
    {
        await using var world = await SharingWorld.NewAsync(templates: t => t.All[0] = t.All[0] with { Session = new SessionPolicy { AdminWatch = "tell" } });
        var look = await world.OpenedAsync((await AskAsync(world)).Value);

        world.Manager.Templates.All[0] = world.Manager.Templates.All[0] with { Session = new SessionPolicy { AdminWatch = "off" } };

        (await world.ReasonAsync(look)).ShouldBe("share-ended");
        (await AskAsync(world)).Problem!.Code.ShouldBe("watch_off");
    }

    [Fact(Timeout = 60_000)]
    public async Task Support_asks_for_nothing_and_an_administrator_lists_no_look_among_the_shares()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.EnterAsOwnerAsync();
        await AnswerAsync(world, allow: true);

        (await world.Manager.Desktops.ConnectAsync(SharingWorld.Support, world.Desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Watchers.RequestsAsync(SharingWorld.Support, world.Desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Shares.ListAsync(TestManager.Alice, world.Desktop.Id, None)).Value.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Request_answer_start_and_end_are_on_record()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.EnterAsOwnerAsync();
        await AnswerAsync(world, allow: true);
        var look = await world.OpenedAsync((await AskAsync(world)).Value);
        await world.Connections.CloseAsync(look, "closed", SharingWorld.Quiet, None);

        await TestManager.Until(async () => (await EntriesAsync(world)).Contains("connection.close admin accepted"), "the trail's index");
        var entries = await EntriesAsync(world);
        entries.ShouldContain("watch.ask admin accepted");
        entries.ShouldContain("watch.answer alice accepted");
        entries.ShouldContain("connection.open admin accepted");
    }

    private static Task<Outcome<ConnectionGrant>> AskAsync(SharingWorld world) => world.Manager.Desktops.ConnectAsync(TestManager.Admin, world.Desktop.Id, None);

    private static async Task AnswerAsync(SharingWorld world, bool allow)
    {
        var request = (await AskAsync(world)).Problem!.Extensions["request"];
        (await world.Watchers.AnswerAsync(TestManager.Alice, world.Desktop.Id, request, allow, None)).Problem.ShouldBeNull();
    }

    private static async Task<IReadOnlyList<string>> EntriesAsync(SharingWorld world)
    {
        var filter = new AuditFilter { Target = $"desktop/{world.Desktop.Id}" };
        return [.. (await world.Manager.Get<IAuditLog>().QueryAsync(TestManager.Admin, filter, None)).Value.Items.Select(e => $"{e.Action} {e.ActorName} {e.Result}")];
    }

    private static async Task<ProductEvent> FirstAsync(IEventFeed feed, Actor actor, string after)
    {
        await foreach (var told in feed.SubscribeAsync(actor, after, None))
        {
            return told;
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
