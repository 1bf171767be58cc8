using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Tests.Parts;
using Moq;

namespace CloudWorkstation.Manager.Tests.Routing;

public sealed class RouteFeedTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact(Timeout = 60_000)]
    public async Task The_snapshot_holds_every_desktop_and_live_revocation_before_it_is_synced()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        var until = DateTimeOffset.UtcNow.AddMinutes(5);
        manager.Ended.Setup(e => e.LiveAsync(It.IsAny<CancellationToken>())).ReturnsAsync([new Revocation("ses-old", until)]);
        await manager.Host.StartAsync(None);

        var snapshot = new List<RouteMessage>();
        await foreach (var message in manager.Get<IRouteFeed>().SubscribeAsync(false, None))
        {
            snapshot.Add(message);
            if (message is RouteMessage.Synced)
            {
                break;
            }
        }

        snapshot.ShouldBe(
        [
            new RouteMessage.Route(new DesktopRoute(desktop.Id, "acc-alice", "running", "127.0.0.1:8083")),
            new RouteMessage.Revoke("ses-old", until),
            new RouteMessage.Synced(),
        ]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_change_of_state_follows_until_the_desktop_is_gone()
    {
        await using var manager = new TestManager();
        await manager.Host.StartAsync(None);
        await using var messages = manager.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        await messages.MoveNextAsync();
        messages.Current.ShouldBeOfType<RouteMessage.Synced>();

        var desktop = await manager.BuildAsync(TestManager.Alice);
        var delete = (await manager.Desktops.DeleteAsync(TestManager.Alice, desktop.Id, null, None)).Value;
        await manager.RunAsync(delete.Operation!.Id);

        var states = new List<string>();
        var ends = new List<string>();
        while (await messages.MoveNextAsync() && messages.Current is not RouteMessage.Unroute)
        {
            switch (messages.Current)
            {
                case RouteMessage.Route route:
                    states.Add(route.Value.State);
                    break;
                case RouteMessage.End end:
                    end.Desktop.ShouldBe(desktop.Id);
                    ends.Add(end.Reason);
                    break;
            }
        }

        states[^1].ShouldBe("deleting");
        states.ShouldContain("running");
        ends.ShouldAllBe(r => r == "deleted");
        ends.ShouldNotBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stop_ends_the_connections_of_its_desktop()
    {
        await using var manager = new TestManager();
        var desktop = await manager.BuildAsync(TestManager.Alice);
        await manager.Host.StartAsync(None);
        await using var messages = manager.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        await UntilAsync(messages, m => m is RouteMessage.Synced);

        await manager.Desktops.ChangeAsync(TestManager.Alice, desktop.Id, new ChangeDesktop { Power = Power.Off }, None);

        await UntilAsync(messages, m => m == new RouteMessage.End(desktop.Id, null, null, "stopped"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_end_of_a_session_is_a_revocation_and_an_end_also_in_another_process()
    {
        await using var manager = new TestManager();
        await using var other = new TestManager(manager);
        await manager.Host.StartAsync(None);
        await other.Host.StartAsync(None);
        var until = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var here = manager.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        await using var there = other.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        await UntilAsync(here, m => m is RouteMessage.Synced);
        await UntilAsync(there, m => m is RouteMessage.Synced);

        manager.Get<ISessionEndings>().SessionEnded("ses-1", until, "signed-out");

        foreach (var messages in new[] { here, there })
        {
            await UntilAsync(messages, m => m == new RouteMessage.Revoke("ses-1", until));
            await UntilAsync(messages, m => m == new RouteMessage.End(null, null, "ses-1", "signed-out"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_feed_that_fell_behind_reads_every_desktop_again()
    {
        await using var manager = new TestManager();
        var gone = await manager.BuildAsync(TestManager.Alice);
        var kept = await manager.BuildAsync(TestManager.Bob);
        await manager.Host.StartAsync(None);
        await using var before = manager.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        await UntilAsync(before, m => m is RouteMessage.Synced);

        // As if the event of the deletion had been among those that were lost.
        var documents = manager.Get<DesktopDocuments>();
        var stored = (await documents.Desktops.GetAsync(gone.Id, None))!;
        await documents.Desktops.Store.CommitAsync([documents.Desktops.Remove(gone.Id, stored.Version)], None);
        var events = manager.Get<EventFeed>();
        events.Publish([.. Enumerable.Range(0, 10_000).Select(_ => events.New(EventKinds.Templates, "*", default))]);

        while (await before.MoveNextAsync())
        {
            before.Current.ShouldNotBeOfType<RouteMessage.Synced>();
        }

        await using var after = manager.Get<IRouteFeed>().SubscribeAsync(false, None).GetAsyncEnumerator(None);
        await after.MoveNextAsync();
        after.Current.ShouldBe(new RouteMessage.Route(new DesktopRoute(kept.Id, "acc-bob", "running", "127.0.0.1:8083")));
        await after.MoveNextAsync();
        after.Current.ShouldBeOfType<RouteMessage.Synced>();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_is_running_only_when_every_router_has_said_that_its_route_is_in_force()
    {
        await using var manager = new TestManager();
        await manager.Host.StartAsync(None);
        await using var messages = manager.Get<IRouteFeed>().SubscribeAsync(true, None).GetAsyncEnumerator(None);
        await UntilAsync(messages, m => m is RouteMessage.Synced);

        var building = manager.BuildAsync(TestManager.Alice);
        var route = default(DesktopRoute);
        await UntilAsync(messages, m => m is RouteMessage.Mark || ((m as RouteMessage.Route)?.Value is { State: "running" } seen && (route = seen) is null));
        var stored = (await manager.Get<DesktopDocuments>().Desktops.GetAsync(route!.Desktop, None))!.Value;
        manager.Get<IRouteFeed>().Reached(((RouteMessage.Mark)messages.Current).Id);

        stored.Status.ShouldBe(DesktopStatus.Provisioning);
        (await building).Status.ShouldBe(DesktopStatus.Running);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_router_that_leaves_does_not_hold_up_a_desktop()
    {
        await using var manager = new TestManager();
        await manager.Host.StartAsync(None);
        var feed = manager.Get<IRouteFeed>();
        var messages = feed.SubscribeAsync(true, None).GetAsyncEnumerator(None);
        await UntilAsync(messages, m => m is RouteMessage.Synced);

        var waiting = feed.UntilInForceAsync(None);
        waiting.IsCompleted.ShouldBeFalse();
        await messages.MoveNextAsync();
        await messages.DisposeAsync();

        await waiting;
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_does_not_acknowledge_gets_no_mark_and_is_not_waited_for()
    {
        await using var manager = new TestManager();
        await manager.Host.StartAsync(None);
        var feed = manager.Get<IRouteFeed>();
        await using var messages = feed.SubscribeAsync(false, None).GetAsyncEnumerator(None);
        await UntilAsync(messages, m => m is RouteMessage.Synced);

        await feed.UntilInForceAsync(None);

        var desktop = await manager.BuildAsync(TestManager.Alice);
        await UntilAsync(messages, m => m is RouteMessage.Mark or RouteMessage.Route { Value.State: "running" });
        messages.Current.ShouldBeOfType<RouteMessage.Route>().Value.Desktop.ShouldBe(desktop.Id);
    }

    private static async Task UntilAsync(IAsyncEnumerator<RouteMessage> messages, Func<RouteMessage, bool> condition)
    {
        do
        {
            (await messages.MoveNextAsync()).ShouldBeTrue();
        }
        while (!condition(messages.Current));
    }
}
