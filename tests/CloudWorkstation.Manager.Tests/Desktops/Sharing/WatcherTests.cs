using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Desktops.Sharing;

public sealed class WatcherTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task Everybody_at_the_screen_is_named_with_what_they_may_do_until_they_leave()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.EnterAsOwnerAsync();
        await world.EnterAsync(TestManager.Bob, await world.ShareAsync());
        var carol = await world.EnterAsync(SharingWorld.Carol, await world.ShareAsync(ScreenAccess.Control));

        (await world.NamesAsync()).ShouldBe(["alice Owner Control", "bob Guest View", "carol Guest Control"]);
        await world.Connections.CloseAsync(carol, "closed", SharingWorld.Quiet, None);

        (await world.NamesAsync()).ShouldBe(["alice Owner Control", "bob Guest View"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Guests_see_who_is_there_and_strangers_and_support_do_not()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.EnterAsync(TestManager.Bob, await world.ShareAsync());

        (await world.Watchers.ListAsync(TestManager.Bob, world.Desktop.Id, None)).Value.Single().UserName.ShouldBe("bob");
        (await world.Watchers.ListAsync(SharingWorld.Carol, world.Desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.Watchers.ListAsync(SharingWorld.Support, world.Desktop.Id, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Watchers.ListAsync(TestManager.Alice, "nosuchdesk01", None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact(Timeout = 60_000)]
    public async Task Somebody_whose_desktop_proxy_died_is_there_no_more_after_a_while()
    {
        var time = new ManualTime();
        await using var world = await SharingWorld.NewAsync(time);
        await world.EnterAsync(TestManager.Bob, await world.ShareAsync());
        var owner = await world.EnterAsOwnerAsync();

        time.Advance(TimeSpan.FromMinutes(3));
        await world.Connections.ReportAsync(owner, SharingWorld.Quiet, None);

        (await world.NamesAsync()).ShouldBe(["alice Owner Control"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_who_come_at_once_are_all_there()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        var grants = await Task.WhenAll(new[] { TestManager.Bob, SharingWorld.Carol, SharingWorld.Support, TestManager.Admin }.Select(a => world.ConnectAsync(a, made)));

        await Task.WhenAll(grants.Select(g => world.OpenedAsync(g.Value)));

        (await world.NamesAsync()).Order().ShouldBe(["admin Guest View", "bob Guest View", "carol Guest View", "helper Guest View"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_owner_sends_one_guest_away_for_good_and_the_others_stay()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        var (bob, carol) = (await world.EnterAsync(TestManager.Bob, made), await world.EnterAsync(SharingWorld.Carol, made));

        (await world.Watchers.RemoveAsync(TestManager.Alice, world.Desktop.Id, bob, None)).Succeeded.ShouldBeTrue();

        ((await world.ReasonAsync(bob)), (await world.ReasonAsync(carol))).ShouldBe(("share-ended", null));
        (await world.ConnectAsync(TestManager.Bob, made)).Problem!.Code.ShouldBe("share_unavailable");
        (await world.NamesAsync()).ShouldBe(["carol Guest View"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_but_the_owner_sends_away_and_the_owner_is_not_sent_away()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        var (owner, bob) = (await world.EnterAsOwnerAsync(), await world.EnterAsync(TestManager.Bob, made));

        (await world.Watchers.RemoveAsync(TestManager.Bob, world.Desktop.Id, bob, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.Watchers.RemoveAsync(TestManager.Admin, world.Desktop.Id, bob, None)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await world.Watchers.RemoveAsync(TestManager.Alice, world.Desktop.Id, owner, None)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact(Timeout = 60_000)]
    public async Task Sending_away_who_holds_a_single_use_link_ends_the_link()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync(singleUse: true);
        var bob = await world.EnterAsync(TestManager.Bob, made);

        await world.Watchers.RemoveAsync(TestManager.Alice, world.Desktop.Id, bob, None);

        (await world.Shares.ListAsync(TestManager.Alice, world.Desktop.Id, None)).Value.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Owner_and_guests_hear_who_comes_and_an_owner_alone_hears_nothing()
    {
        await using var world = await SharingWorld.NewAsync();
        var feed = world.Manager.Get<IEventFeed>();
        var head = await feed.HeadAsync(None);

        await world.EnterAsOwnerAsync();
        await world.EnterAsync(TestManager.Bob, await world.ShareAsync());

        foreach (var actor in new[] { TestManager.Alice, TestManager.Bob })
        {
            var told = await FirstAsync(feed, actor, head);
            told.Kind.ShouldBe("watchers");
            told.Data.GetProperty("desktop").GetString().ShouldBe(world.Desktop.Id);
            told.Data.GetProperty("items").EnumerateArray().Select(w => w.GetProperty("userName").GetString()).ShouldBe(["alice", "bob"]);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Desktop_proxies_hear_at_once_whose_connection_must_end()
    {
        await using var world = await SharingWorld.NewAsync();
        await world.Manager.Host.StartAsync(None);
        var made = await world.ShareAsync();
        var (bob, carol) = (await world.EnterAsync(TestManager.Bob, made), await world.EnterAsync(SharingWorld.Carol, made));
        var other = await world.EnterAsync(TestManager.Bob, await world.ShareAsync());
        await using var messages = world.Manager.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        while (await messages.MoveNextAsync() && messages.Current is not RouteMessage.Synced)
        {
        }

        await world.Shares.RevokeAsync(TestManager.Alice, world.Desktop.Id, made.Share.Id, None);

        var ends = new List<RouteMessage.End>();
        while (ends.Count < 2 && await messages.MoveNextAsync())
        {
            if (messages.Current is RouteMessage.End end)
            {
                ends.Add(end);
            }
        }

        ends.ShouldBe([new(world.Desktop.Id, bob, null, "share-ended"), new(world.Desktop.Id, carol, null, "share-ended")]);
        (await world.ReasonAsync(other)).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_end_of_a_connection_is_told_to_no_client()
    {
        await using var world = await SharingWorld.NewAsync();
        var made = await world.ShareAsync();
        await world.EnterAsync(TestManager.Bob, made);
        var feed = world.Manager.Get<IEventFeed>();
        var head = await feed.HeadAsync(None);

        await world.Shares.RevokeAsync(TestManager.Alice, world.Desktop.Id, made.Share.Id, None);
        await world.Manager.Desktops.ChangeAsync(TestManager.Alice, world.Desktop.Id, new Manager.Desktops.ChangeDesktop { Name = "Afterwards" }, None);

        (await FirstAsync(feed, TestManager.Admin, head)).Kind.ShouldBe("desktop");
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
