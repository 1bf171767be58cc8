using System.Net.Http.Headers;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class InternalTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task Only_the_internal_key_opens_and_never_through_a_proxy()
    {
        using var client = host.NewClient();
        await (await client.SendAsync(Keys("Bearer wrong"))).ShouldBeProblemAsync(401, "unauthenticated");
        await (await client.SendAsync(Keys("Bearer " + host.InternalKey + "x"))).ShouldBeProblemAsync(401, "unauthenticated");
        await (await client.SendAsync(Keys("Bearer " + host.InternalKey).With("X-Forwarded-For", "127.0.0.1"))).ShouldBeProblemAsync(401, "unauthenticated");
        await (await client.SendAsync(Keys("Bearer " + host.InternalKey).With("X-Forwarded-For", "203.0.113.9"))).ShouldBeProblemAsync(401, "unauthenticated");
        await (await client.SendAsync(Keys("Bearer " + host.InternalKey))).ShouldBeAsync(200);
    }

    [Fact(Timeout = 60_000)]
    public async Task Keys_are_public_halves_with_slot_and_state()
    {
        using var client = InternalClient();
        var keys = (await (await client.GetAsync("/internal/v1/keys")).ShouldBeAsync(200))["items"]!.AsArray();
        keys.Single(k => k!.Text("state") == "current")!.Text("pem").ShouldStartWith("-----BEGIN PUBLIC KEY-----");
        keys.ShouldAllBe(k => "abc".Contains(k!.Text("slot"), StringComparison.Ordinal));
        keys.ToJsonString().ShouldNotContain("PRIVATE");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_feed_begins_with_every_route_and_goes_on_with_changes()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("routed")).Text("id");
        using var client = InternalClient();
        using var feed = await EventReader.OpenAsync(client, "/internal/v1/feed");
        var snapshot = new List<ReceivedEvent>();
        await feed.UntilAsync(e =>
        {
            snapshot.Add(e);
            return e.Event == "synced";
        });
        var route = snapshot.Single(e => e.Event == "route" && e.Data.Text("desktop") == id).Data;
        route.Text("owner").ShouldBe(user.Id);
        route.Text("state").ShouldBe("running");
        route.Text("proxy").ShouldBe("127.0.0.1:8083");
        await user.Client.DeleteAsync("/api/v1/desktops/" + id);
        (await feed.UntilAsync(e => e.Event == "end" && e.Data["desktop"]?.GetValue<string>() == id)).Data.Text("reason").ShouldBe("deleted");
        await feed.UntilAsync(e => e.Event == "unroute" && e.Data.Text("desktop") == id);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_feed_tells_of_a_sign_out()
    {
        var user = await host.NewUserAsync();
        var session = (await (await user.Client.GetAsync("/api/v1/me")).ShouldBeAsync(200))["session"]!.Text("id");
        using var client = InternalClient();
        using var feed = await EventReader.OpenAsync(client, "/internal/v1/feed");
        await feed.UntilAsync(e => e.Event == "synced");
        await user.Client.PostAsync("/auth/sign-out", null);
        (await feed.UntilAsync(e => e.Event == "revoke" && e.Data.Text("sessionId") == session)).Data.Text("until").ShouldEndWith("Z");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_connection_opens_once_reports_and_must_end_when_the_desktop_stops()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("connected")).Text("id");
        var granted = await (await user.Client.PostAsync($"/api/v1/desktops/{id}/connections", null)).ShouldBeAsync(201);
        var path = "/internal/v1/connections/" + granted.Text("id");
        using var client = InternalClient();
        var opened = await (await client.PostAsync(path + "/open", null)).ShouldBeAsync(200);
        opened["heartbeatSeconds"]!.GetValue<int>().ShouldBe(5);
        opened["session"]!.Text("files").ShouldBe("both");
        await (await client.PostAsync(path + "/open", null)).ShouldBeProblemAsync(409, "token_used");
        await (await client.PostAsync(path + "/report", Answers.Json(Report))).ShouldBeAsync(204);
        await user.Client.SendAsync(new HttpRequestMessage(HttpMethod.Patch, "/api/v1/desktops/" + id).Body("""{"state":"stopped"}"""));
        await user.UntilStatusAsync(id, "stopped");
        await (await client.PostAsync(path + "/report", Answers.Json(Report))).ShouldBeProblemAsync(409, "stopped");
        await (await client.PostAsync(path + "/close", Answers.Json(Report.Replace("{", "{\"reason\":\"stopped\",", StringComparison.Ordinal)))).ShouldBeAsync(204);
        await (await client.PostAsync("/internal/v1/connections/nothing/open", null)).ShouldBeProblemAsync(404, "not_found");
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_connections_are_reported_at_once_and_each_is_answered_for_itself()
    {
        var user = await host.NewUserAsync();
        using var client = InternalClient();
        var (stays, stops) = (await OpenAsync(client, user, "stays"), await OpenAsync(client, user, "stops"));
        await user.Client.SendAsync(new HttpRequestMessage(HttpMethod.Patch, "/api/v1/desktops/" + stops.Desktop).Body("""{"state":"stopped"}"""));
        await user.UntilStatusAsync(stops.Desktop, "stopped");
        var answers = await (await ReportAllAsync(client, stays.Connection, "nothing", stops.Connection, "not possible?", stays.Connection)).ShouldBeAsync(200);
        answers["answers"]!.AsArray().Select(a => (a!.Text("connection"), a!["status"]!.GetValue<int>(), a!["code"]?.GetValue<string>())).ShouldBe(
        [
            (stays.Connection, 204, null), ("nothing", 409, "token"), (stops.Connection, 409, "stopped"), ("not possible?", 404, "not_found"), (stays.Connection, 204, null),
        ]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Reports_of_many_connections_are_taken_within_bounds()
    {
        using var client = InternalClient();
        (await (await ReportAllAsync(client)).ShouldBeAsync(200))["answers"]!.AsArray().ShouldBeEmpty();
        (await (await ReportAllAsync(client, [.. Enumerable.Repeat("nothing", 250)])).ShouldBeAsync(200))["answers"]!.AsArray().Count.ShouldBe(250);
        await (await ReportAllAsync(client, [.. Enumerable.Repeat("nothing", 251)])).ShouldBeProblemAsync(422, "invalid");
        await (await client.PostAsync(Reports, Answers.Json("""{"reports":[null]}"""))).ShouldBeProblemAsync(422, "invalid");
        await (await client.PostAsync(Reports, Answers.Json("""{"reports":[{"connection":"x"}]}"""))).ShouldBeProblemAsync(422, "invalid");
        using var stranger = host.NewClient();
        await (await ReportAllAsync(stranger, "nothing")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    private static async Task<(string Desktop, string Connection)> OpenAsync(HttpClient client, TestUser user, string name)
    {
        var desktop = (await user.BuiltDesktopAsync(name)).Text("id");
        var connection = (await (await user.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeAsync(201)).Text("id");
        await (await client.PostAsync($"/internal/v1/connections/{connection}/open", null)).ShouldBeAsync(200);
        return (desktop, connection);
    }

    private static Task<HttpResponseMessage> ReportAllAsync(HttpClient client, params IEnumerable<string> connections) =>
        client.PostAsync(Reports, Answers.Json($"{{\"reports\":[{string.Join(',', connections.Select(c => Report.Replace("{", $"{{\"connection\":\"{c}\",", StringComparison.Ordinal)))}]}}"));

    private const string Reports = "/internal/v1/connections/reports";

    private const string Report = """{"lastInputAt":"2026-11-21T03:00:00Z","bytesToBrowser":10,"bytesToDesktop":5,"roundTripMilliseconds":1.5}""";

    private HttpClient InternalClient()
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.InternalKey);
        return client;
    }

    private static HttpRequestMessage Keys(string authorization) => new HttpRequestMessage(HttpMethod.Get, "/internal/v1/keys").With("Authorization", authorization);
}
