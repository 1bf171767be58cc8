using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Router.Tests.Agent;

public sealed class RestartTests
{
    [Fact(Timeout = 120_000)]
    public async Task Haproxy_comes_back_from_kill_9_with_everything_it_knew()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopback1");
        var revoked = stack.Alice with { SessionId = "s-revoked" };
        stack.Feed.Revoke(revoked.SessionId, DateTimeOffset.UtcNow.AddMinutes(5));
        await Waiting.UntilAsync(() => stack.FileOf(MapNames.Deny).Count == 1, "the revocation is written");

        await stack.Haproxy.KillAsync();
        await stack.Haproxy.StartAsync();

        using var socket = await stack.ConnectAsync("desktopback1");
        (await socket.ReadAsync()).ShouldBe("proxy");
        (await stack.VisitAsync("/", revoked.Token(stack.Key))).ShouldBe(302);
        await Waiting.UntilAsync(async () => stack.Status.Current.HaproxyPid == await stack.Haproxy.WorkerAsync(), "the agent noticed the new worker");
        await stack.AddDesktopAsync("desktopnext1");
    }

    [Fact(Timeout = 120_000)]
    public async Task Changes_made_while_haproxy_was_away_are_there_when_it_is_back()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopgone1");
        await stack.Haproxy.KillAsync();

        stack.Feed.Unroute("desktopgone1");
        stack.Feed.Route("desktopcame1", stack.Alice.Id, stack.Proxy.Address);
        await Waiting.UntilAsync(() => stack.FileOf(MapNames.Routes).Keys.SequenceEqual(["desktopcame1"]), "the files are up to date");
        await stack.Haproxy.StartAsync();

        using var socket = await stack.ConnectAsync("desktopcame1");
        (await socket.ReadAsync()).ShouldBe("proxy");
        (await stack.VisitAsync("/desktop/desktopgone1/", stack.Alice.Token(stack.Key))).ShouldBe(404);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_agent_works_before_haproxy_starts()
    {
        await using var stack = await RouterStack.StartAsync(haproxy: false);
        stack.Feed.Route("desktopearly", stack.Alice.Id, stack.Proxy.Address);
        await Waiting.UntilAsync(() => stack.FileOf(MapNames.Routes).ContainsKey("desktopearly"), "the file is written");
        stack.Status.Current.HaproxyPid.ShouldBeNull();

        await stack.Haproxy.StartAsync();

        using var socket = await stack.ConnectAsync("desktopearly");
        (await socket.ReadAsync()).ShouldBe("proxy");
    }

    [Fact(Timeout = 180_000)]
    public async Task The_agent_comes_back_from_kill_9_and_catches_up()
    {
        await using var stack = await RouterStack.StartAsync(agent: false);
        stack.Feed.Route("desktopold01", stack.Alice.Id, stack.Proxy.Address);
        stack.Feed.Route("desktopkept1", stack.Alice.Id, stack.Proxy.Address);
        var first = stack.StartAgentProcess();
        await stack.RoutedAsync("desktopkept1");
        using var open = await stack.ConnectAsync("desktopkept1");
        (await open.ReadAsync()).ShouldBe("proxy");

        await first.KillAsync();
        stack.Feed.Unroute("desktopold01");
        stack.Feed.Route("desktopnew01", stack.Alice.Id, stack.Proxy.Address);
        (await stack.VisitAsync("/desktop/desktopold01/", stack.Alice.Token(stack.Key))).ShouldBe(200, "HAProxy serves on what it knows");
        stack.StartAgentProcess();

        await stack.RoutedAsync("desktopnew01");
        await Waiting.UntilAsync(async () => await stack.VisitAsync("/desktop/desktopold01/", stack.Alice.Token(stack.Key)) == 404, "the removed desktop is gone");
        (await open.SayAsync("still here")).ShouldBe("still here");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_revocation_survives_the_agent_and_an_api_that_forgot_it()
    {
        await using var stack = await RouterStack.StartAsync(agent: false);
        await File.WriteAllTextAsync(stack.Haproxy.Directory.MapFile(MapNames.Deny), $"{stack.Alice.SessionId} 4102444800\n", TestContext.Current.CancellationToken);

        await stack.StartAgentAsync();
        await Waiting.UntilAsync(() => stack.Status.Current is { Synced: true, Fault: null }, "the agent is ready");

        (await stack.VisitAsync("/", stack.Alice.Token(stack.Key))).ShouldBe(302);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_key_written_before_a_crash_but_never_loaded_is_loaded_by_the_next_agent()
    {
        await using var stack = await RouterStack.StartAsync(agent: false);
        using var next = RsaKey.Create("key-2");
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(stack.Haproxy.Directory.KeyFile("b"), next.PublicPem(), TestContext.Current.CancellationToken);
        stack.Feed.SetKeys(("a", stack.Key), ("b", next));

        await stack.StartAgentAsync();

        await Waiting.UntilAsync(async () => await stack.VisitAsync("/", stack.Alice.Token(next)) == 200, "the key is loaded");
    }
}
