using System.Net.WebSockets;
using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Agent;

public sealed class RouteChangeTests
{
    [Fact(Timeout = 120_000)]
    public async Task Desktops_come_move_and_go_while_another_stays_connected()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopstay1");
        using var open = await stack.ConnectAsync("desktopstay1");
        (await open.ReadAsync()).ShouldBe("proxy");

        await stack.AddDesktopAsync("desktopmove1");
        using (var first = await stack.ConnectAsync("desktopmove1"))
        {
            (await first.ReadAsync()).ShouldBe("proxy");
        }

        stack.Feed.Route("desktopmove1", stack.Alice.Id, stack.Other.Address);
        await stack.RoutedAsync("desktopmove1", stack.Other.Address);
        using (var second = await stack.ConnectAsync("desktopmove1"))
        {
            (await second.ReadAsync()).ShouldBe("other");
        }

        stack.Feed.Unroute("desktopmove1");
        var token = stack.Alice.Token(stack.Key);
        await Waiting.UntilAsync(async () => await stack.VisitAsync("/desktop/desktopmove1/", token) == 404, "the desktop is gone");
        (await open.SayAsync("still here")).ShouldBe("still here");
        (await stack.Haproxy.WorkerAsync()).ShouldBe(stack.Status.Current.HaproxyPid!.Value);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_mark_is_answered_once_haproxy_has_every_route_that_came_before_it()
    {
        await using var stack = await RouterStack.StartAsync();
        for (var n = 0; n < 10; n++)
        {
            var mark = Guid.NewGuid();
            stack.Feed.Route($"desktopmark{n}", stack.Alice.Id, stack.Proxy.Address);
            stack.Feed.Send(FeedService.Event("mark", new { id = mark }));

            await Waiting.UntilAsync(() => stack.Feed.Reached.ContainsKey(mark), "the mark is answered");
            (await stack.Haproxy.MapAsync(MapNames.Routes)).ShouldContainKeyAndValue($"desktopmark{n}", stack.Proxy.Address);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_mark_is_not_answered_while_haproxy_is_away()
    {
        await using var stack = await RouterStack.StartAsync();
        var mark = Guid.NewGuid();
        await stack.Haproxy.KillAsync();
        await Waiting.UntilAsync(() => stack.Status.Current.HaproxyPid is null, "the agent knows that HAProxy is away");

        stack.Feed.Route("desktopaway1", stack.Alice.Id, stack.Proxy.Address);
        stack.Feed.Send(FeedService.Event("mark", new { id = mark }));
        await Waiting.UntilAsync(() => stack.FileOf(MapNames.Routes).ContainsKey("desktopaway1"), "the route is written");

        stack.Feed.Reached.ShouldNotContainKey(mark);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_stopped_desktop_keeps_its_page_and_loses_its_screen()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopstop1");

        stack.Feed.Route("desktopstop1", stack.Alice.Id, stack.Proxy.Address, "stopped");

        await Waiting.UntilAsync(async () => (await stack.Haproxy.MapAsync(MapNames.States))["desktopstop1"] == "stopped", "the state is known");
        await Waiting.UntilAsync(async () => !(await stack.Haproxy.MapAsync(MapNames.Routes)).ContainsKey("desktopstop1"), "the route is gone");
        (await stack.VisitAsync("/desktop/desktopstop1/", stack.Alice.Token(stack.Key))).ShouldBe(200);
        await Should.ThrowAsync<WebSocketException>(() => stack.ConnectAsync("desktopstop1"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_revoked_session_is_out_and_its_entry_goes_when_its_tokens_have_expired()
    {
        await using var stack = await RouterStack.StartAsync();
        var token = stack.Alice.Token(stack.Key);
        (await stack.VisitAsync("/", token)).ShouldBe(200);

        stack.Feed.Revoke("s-other", DateTimeOffset.UtcNow.AddSeconds(2));
        stack.Feed.Revoke(stack.Alice.SessionId, DateTimeOffset.UtcNow.AddMinutes(10));

        await Waiting.UntilAsync(async () => await stack.VisitAsync("/", token) == 302, "the session is refused");
        await Waiting.UntilAsync(async () => !(await stack.Haproxy.MapAsync(MapNames.Deny)).ContainsKey("s-other"), "the old entry is pruned");
        stack.FileOf(MapNames.Deny).Keys.ShouldBe([stack.Alice.SessionId]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_revocation_counts_even_while_its_file_cannot_be_written()
    {
        await using var stack = await RouterStack.StartAsync();
        var token = stack.Alice.Token(stack.Key);
        var obstacle = stack.Haproxy.Directory.MapFile(MapNames.Deny) + ".new";
        Directory.CreateDirectory(obstacle);

        stack.Feed.Revoke(stack.Alice.SessionId, DateTimeOffset.UtcNow.AddMinutes(10));

        await Waiting.UntilAsync(async () => await stack.VisitAsync("/", token) == 302, "the session is refused");
        await Waiting.UntilAsync(() => stack.Status.Current.Fault is not null, "the fault is told");
        Directory.Delete(obstacle);
        await Waiting.UntilAsync(() => stack.Status.Current.Fault is null, "the fault is over");
        stack.FileOf(MapNames.Deny).Keys.ShouldBe([stack.Alice.SessionId]);
    }

    [Fact(Timeout = 180_000)]
    public async Task Ten_thousand_desktops_arrive_and_single_changes_still_follow()
    {
        await using var stack = await RouterStack.StartAsync(agent: false);
        for (var i = 0; i < 10_000; i++)
        {
            stack.Feed.Route($"d{i:00000000000}", $"acc-{i % 500:000}", stack.Proxy.Address);
        }

        await stack.StartAgentAsync();
        await Waiting.UntilAsync(() => stack.Status.Current is { Synced: true, Fault: null, Routes: 10_000 }, "the snapshot is in place", 60);

        foreach (var map in (string[])[MapNames.Owners, MapNames.States, MapNames.Routes])
        {
            var memory = await stack.Haproxy.MapAsync(map);
            memory.Count.ShouldBe(10_000);
            memory.ShouldBe(stack.FileOf(map), ignoreOrder: true);
        }

        await stack.AddDesktopAsync("desktopextra");
        using var socket = await stack.ConnectAsync("desktopextra");
        (await socket.ReadAsync()).ShouldBe("proxy");
        (await stack.Haproxy.MapAsync(MapNames.Routes)).Count.ShouldBe(10_001);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_somebody_else_changed_in_haproxy_is_put_right()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopreal1");

        await stack.Haproxy.Runtime.TellAsync("add map maps/routes.map intruder0001 10.0.0.1:80", TestContext.Current.CancellationToken);
        await stack.Haproxy.Runtime.TellAsync("del map maps/owners.map desktopreal1", TestContext.Current.CancellationToken);

        await Waiting.UntilAsync(async () => (await stack.Haproxy.MapAsync(MapNames.Routes)).Keys.SequenceEqual(["desktopreal1"]), "the intruder is gone");
        await Waiting.UntilAsync(async () => (await stack.Haproxy.MapAsync(MapNames.Owners)).ContainsKey("desktopreal1"), "the owner is back");
    }
}
