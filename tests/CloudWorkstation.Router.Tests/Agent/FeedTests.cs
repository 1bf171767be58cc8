using System.Net;
using System.Text.Json;
using CloudWorkstation.Router.Maps;
using CloudWorkstation.Router.Tests.Support;

namespace CloudWorkstation.Router.Tests.Agent;

public sealed class FeedTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_broken_feed_is_opened_again_and_what_was_missed_is_caught_up()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopold01");

        stack.Feed.Hangup();
        stack.Feed.Unroute("desktopold01");
        stack.Feed.Route("desktopnew01", stack.Alice.Id, stack.Proxy.Address);

        await stack.RoutedAsync("desktopnew01");
        await Waiting.UntilAsync(async () => !(await stack.Haproxy.MapAsync(MapNames.Routes)).ContainsKey("desktopold01"), "the old route is gone");
        stack.Feed.Connections.ShouldBeGreaterThan(1);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_feed_that_falls_silent_is_left_for_a_new_one()
    {
        await using var stack = await RouterStack.StartAsync(agent: false);
        await stack.StartAgentAsync(silence: TimeSpan.FromMilliseconds(500));
        await Waiting.UntilAsync(() => stack.Status.Current.Synced, "the first feed is complete");

        await Waiting.UntilAsync(() => stack.Feed.Connections >= 3, "the feed is opened again and again");
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_the_api_the_router_goes_on_with_what_it_knows()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopkept1");

        await stack.Feed.DisposeAsync();

        await Waiting.UntilAsync(() => !stack.Status.Current.FeedConnected, "the loss is noticed");
        using var socket = await stack.ConnectAsync("desktopkept1");
        (await socket.ReadAsync()).ShouldBe("proxy");
        (await HealthAsync(stack)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_snapshot_that_breaks_off_half_way_removes_nothing()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopkept1");
        stack.Feed.Talking = false;

        stack.Feed.Hangup();
        await Waiting.UntilAsync(() => stack.Feed.Connections > 1, "a feed without a snapshot is open");
        stack.Feed.Hangup();
        await Waiting.UntilAsync(() => stack.Feed.Connections > 2, "and another");

        (await stack.Haproxy.MapAsync(MapNames.Routes)).Keys.ShouldBe(["desktopkept1"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_shared_proxies_may_be_named()
    {
        await using var stack = await RouterStack.StartAsync();

        stack.Feed.Route("desktopname1", stack.Alice.Id, "proxy.cws.internal:8083");

        await stack.RoutedAsync("desktopname1", "proxy.cws.internal:8083");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("""{"desktop":"desktopevil1 x","owner":"o","state":"running","proxy":"127.0.0.1:1"}""")]
    [InlineData("""{"desktop":"desktopevil1","owner":"o\nadmin desktop","state":"running","proxy":"127.0.0.1:1"}""")]
    [InlineData("""{"desktop":"desktopevil1","owner":"o;show info","state":"running","proxy":"127.0.0.1:1"}""")]
    [InlineData("""{"desktop":"desktopevil1","owner":"o","state":"run ning","proxy":"127.0.0.1:1"}""")]
    [InlineData("""{"desktop":"desktopevil1","owner":"o","state":"running","proxy":"example.org:80"}""")]
    [InlineData("""{"desktop":"desktopevil1","owner":"o","state":"running"}""")]
    [InlineData("""not json""")]
    [InlineData("""[]""")]
    public async Task A_word_of_the_wrong_form_never_reaches_a_map(string data)
    {
        await using var stack = await RouterStack.StartAsync();

        stack.Feed.Send($"event: route\ndata: {data}\n\n");
        await stack.AddDesktopAsync("desktopgood1");

        (await stack.Haproxy.MapAsync(MapNames.Owners)).Keys.ShouldBe(["desktopgood1"]);
        stack.FileOf(MapNames.Owners).Keys.ShouldBe(["desktopgood1"]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Health_tells_what_the_agent_knows()
    {
        await using var stack = await RouterStack.StartAsync();
        await stack.AddDesktopAsync("desktopgood1");
        await Waiting.UntilAsync(() => stack.Status.Current.Routes == 1, "the status is up to date");

        var (status, health) = await HealthAsync(stack);

        status.ShouldBe(HttpStatusCode.OK);
        health.GetProperty("routes").GetInt32().ShouldBe(1);
        health.GetProperty("keys").GetInt32().ShouldBe(1);
        health.GetProperty("feed").GetProperty("connected").GetBoolean().ShouldBeTrue();
        health.GetProperty("feed").GetProperty("ageSeconds").GetDouble().ShouldBeInRange(0, 60);
        health.GetProperty("haproxy").GetProperty("running").GetBoolean().ShouldBeTrue();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_agent_is_not_ready_before_the_first_snapshot()
    {
        await using var stack = await RouterStack.StartAsync(agent: false);
        stack.Feed.Talking = false;
        await stack.StartAgentAsync();

        (await HealthAsync(stack)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> HealthAsync(RouterStack stack)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var answer = await http.GetAsync(new Uri(stack.AgentAddress, "/health/ready"), TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (answer.StatusCode, body.RootElement.Clone());
    }
}
