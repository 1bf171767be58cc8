using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager.Statistics;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

/// <summary>What administrators and the help desk do with other people's desktops, accounts and sessions, and who may not.</summary>
public sealed class AdministrationTests(ApiHost host)
{
    private const int Timeout = 120_000;

    private static readonly string[] Roles = ["user", "support", "template-author", "auditor", "admin"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string?, string> Table => new()
    {
        { "POST", "/api/v1/desktops/{desktop}/transfer", """{"owner":"nobody-at-all"}""", "admin" },
        { "GET", "/api/v1/desktops/count?owner=*", null, "support template-author admin" },
        { "POST", "/api/v1/desktops/bulk", """{"action":"stop","filter":{"owner":"*","q":"no such desktop"},"expectedCount":1}""", "support admin" },
        { "POST", "/api/v1/desktops/bulk", """{"action":"start","filter":{"owner":"*","q":"no such desktop"},"expectedCount":1}""", "support admin" },
        { "POST", "/api/v1/desktops/bulk", """{"action":"delete","filter":{"owner":"*","q":"no such desktop"},"expectedCount":1,"confirm":1}""", "admin" },
        { "POST", "/api/v1/desktops/bulk", """{"action":"transfer","owner":"nobody-at-all","filter":{"owner":"*","q":"no such desktop"},"expectedCount":1}""", "admin" },
        { "GET", "/api/v1/accounts?disabled=false&role=user&group=x&source=local", null, "support auditor admin" },
        { "POST", "/api/v1/accounts/{account}/unlock", null, "support admin" },
        { "DELETE", "/api/v1/accounts/{account}/sessions", null, "support admin" },
        { "GET", "/api/v1/accounts/{account}/possessions", null, "support admin" },
        { "GET", "/api/v1/sessions?account=*", null, "support auditor admin" },
        { "GET", "/api/v1/statistics", null, "template-author auditor admin" },
        { "GET", "/api/v1/statistics/export", null, "template-author auditor admin" },
        { "GET", "/api/v1/statistics/people", null, "template-author auditor admin" },
    };

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Table))]
    public async Task Each_endpoint_is_open_to_the_roles_that_the_table_names_and_to_no_other(string method, string path, string? body, string allowed)
    {
        var owner = await host.NewUserAsync();
        var desktop = (await owner.CreateDesktopAsync("held up"))["desktop"]!.Text("id");
        var address = path.Replace("{desktop}", desktop, StringComparison.Ordinal).Replace("{account}", owner.Id, StringComparison.Ordinal);
        foreach (var role in Roles)
        {
            var person = role == "user" ? await host.NewUserAsync() : await host.NewUserAsync("user", role);
            var request = new HttpRequestMessage(new HttpMethod(method), address);
            using var answer = await person.Client.SendAsync(body is null ? request : request.Body(body), Token);
            if (allowed.Split(' ').Contains(role))
            {
                answer.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden, $"{role}: {await answer.Content.ReadAsStringAsync(Token)}");
            }
            else
            {
                await answer.ShouldBeProblemAsync(403, "forbidden");
            }
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_desktop_is_given_to_somebody_else_and_is_theirs()
    {
        var (giver, taker) = (await host.NewUserAsync(), await host.NewUserAsync());
        var desktop = await giver.BuiltDesktopAsync("handed over");
        var path = "/api/v1/desktops/" + desktop.Text("id");

        await (await host.Admin.Client.PostAsJsonAsync(path + "/transfer", new { owner = taker.Name, version = 1 }, Token)).ShouldBeProblemAsync(412, "stale");
        (await (await host.Admin.Client.PostAsJsonAsync(path + "/transfer", new { owner = "nobody-at-all" }, Token)).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["owner"]);
        var moved = await (await host.Admin.Client.PostAsJsonAsync(path + "/transfer", new { owner = taker.Name, version = desktop["version"]!.GetValue<long>() }, Token)).ShouldBeAsync(200);

        moved["owner"]!.Text("userName").ShouldBe(taker.Name);
        await (await giver.Client.GetAsync(path, Token)).ShouldBeProblemAsync(404, "not_found");
        await (await taker.Client.GetAsync(path, Token)).ShouldBeAsync(200);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_bulk_is_accepted_worked_off_and_told_desktop_by_desktop_once_for_each_key()
    {
        var owner = await host.NewUserAsync();
        var (first, second) = (await owner.BuiltDesktopAsync("bulk one"), await owner.BuiltDesktopAsync("bulk two"));
        var body = $$"""{"action":"stop","filter":{"owner":"{{owner.Name}}"},"expectedCount":2}""";

        using var answer = await host.Admin.Client.SendAsync(Bulk(body).With("Idempotency-Key", "bulk-" + owner.Id), Token);
        var accepted = await answer.ShouldBeAsync(202);
        answer.Headers.Location!.ToString().ShouldBe("/api/v1/desktops/bulk/" + accepted.Text("id"));
        (accepted["total"]!.GetValue<int>(), accepted.Text("action")).ShouldBe((2, "stop"));
        (await (await host.Admin.Client.SendAsync(Bulk(body).With("Idempotency-Key", "bulk-" + owner.Id), Token)).ShouldBeAsync(202)).Text("id").ShouldBe(accepted.Text("id"));

        var done = await UntilDoneAsync(answer.Headers.Location!.ToString());
        done["items"]!.AsArray().Select(i => i!.Text("desktop")).Order().ShouldBe(new[] { first.Text("id"), second.Text("id") }.Order());
        done["items"]!.AsArray().ShouldAllBe(i => i!.Text("result") == "accepted" && i!.Text("operation").Length == 26);
        await owner.UntilStatusAsync(first.Text("id"), "stopped");
        await owner.UntilStatusAsync(second.Text("id"), "stopped");
        (await (await host.Admin.Client.SendAsync(Bulk(body.Replace(":2", ":3", StringComparison.Ordinal)), Token)).ShouldBeProblemAsync(409, "count_changed")).Text("count").ShouldBe("2");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("""{"action":"stop","expectedCount":1}""", "ids")]
    [InlineData("""{"action":"stop","ids":["abcdefghijkl"],"filter":{},"expectedCount":1}""", "ids")]
    [InlineData("""{"action":"stop","ids":[],"expectedCount":1}""", "ids")]
    [InlineData("""{"action":"stop","ids":["../../etc"],"expectedCount":1}""", "ids")]
    [InlineData("""{"action":"stop","ids":["abcdefghijkl","abcdefghijkl"],"expectedCount":2}""", "ids")]
    [InlineData("""{"action":"stop","ids":["abcdefghijkl"],"expectedCount":0}""", "expectedCount")]
    [InlineData("""{"action":"delete","ids":["abcdefghijkl"],"expectedCount":1}""", "confirm")]
    [InlineData("""{"action":"delete","ids":["abcdefghijkl"],"expectedCount":1,"confirm":2}""", "confirm")]
    [InlineData("""{"action":"transfer","ids":["abcdefghijkl"],"expectedCount":1}""", "owner")]
    [InlineData("""{"action":"stop","ids":["abcdefghijkl"],"expectedCount":1,"owner":"ada"}""", "owner")]
    public async Task A_bulk_that_does_not_say_what_it_means_is_refused(string body, string field) =>
        (await (await host.Admin.Client.SendAsync(Bulk(body), Token)).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe([field]);

    [Fact(Timeout = Timeout)]
    public async Task Somebody_who_leaves_is_signed_out_at_once_and_what_they_own_is_seen_and_handed_on()
    {
        var (leaver, heir) = (await host.NewUserAsync(), await host.NewUserAsync());
        var desktop = await leaver.BuiltDesktopAsync("left behind");

        (await host.Admin.Client.PatchAsJsonAsync($"/api/v1/accounts/{leaver.Id}", new { disabled = true }, Token)).EnsureSuccessStatusCode();

        await (await leaver.Client.GetAsync("/api/v1/me", Token)).ShouldBeProblemAsync(401, "unauthenticated");
        var left = await (await host.Admin.Client.GetAsync($"/api/v1/accounts/{leaver.Id}/possessions", Token)).ShouldBeAsync(200);
        left["account"]!["disabled"]!.GetValue<bool>().ShouldBeTrue();
        left["desktops"]!.AsArray().Select(d => d!.Text("id")).ShouldBe([desktop.Text("id")]);
        left["sessions"]!.AsArray().ShouldBeEmpty();
        var body = $$"""{"action":"transfer","owner":"{{heir.Name}}","filter":{"owner":"{{leaver.Id}}"},"expectedCount":1}""";
        using var answer = await host.Admin.Client.SendAsync(Bulk(body), Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await UntilDoneAsync(answer.Headers.Location!.ToString()))["accepted"]!.GetValue<int>().ShouldBe(1);
        await (await heir.Client.GetAsync("/api/v1/desktops/" + desktop.Text("id"), Token)).ShouldBeAsync(200);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_help_desk_lifts_a_lockout_and_ends_sessions()
    {
        var (person, support) = (await host.NewUserAsync(), await host.NewUserAsync("support"));
        using var stranger = host.NewClient();
        var answer = await stranger.PostAsJsonAsync("/auth/token", new { userName = person.Name, password = "wrong" }, Token);
        while (answer.StatusCode == HttpStatusCode.Unauthorized)
        {
            answer = await stranger.PostAsJsonAsync("/auth/token", new { userName = person.Name, password = "wrong" }, Token);
        }

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var locked = await (await support.Client.GetAsync($"/api/v1/accounts?locked=true&q={person.Name}", Token)).ShouldBeAsync(200);
        locked["items"]!.AsArray().Select(a => a!.Text("id")).ShouldContain(person.Id);
        var unlocked = await (await support.Client.PostAsync($"/api/v1/accounts/{person.Id}/unlock", null, Token)).ShouldBeAsync(200);
        unlocked["lockedUntil"].ShouldBeNull();
        await host.SignInAsync(person.Name, ApiHost.Password);

        var sessions = await (await support.Client.GetAsync("/api/v1/sessions?account=*&q=" + person.Name, Token)).ShouldBeAsync(200);
        sessions["items"]!.AsArray().Count(s => s!.Text("userName") == person.Name && s!.Text("method") == "password").ShouldBe(2);
        (await support.Client.DeleteAsync($"/api/v1/accounts/{person.Id}/sessions", Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await person.Client.GetAsync("/api/v1/me", Token)).ShouldBeProblemAsync(401, "unauthenticated");
        (await (await support.Client.GetAsync("/api/v1/sessions?account=*&q=" + person.Name, Token)).ShouldBeAsync(200))["items"]!.AsArray().Where(s => s!.Text("userName") == person.Name).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Everybodys_sessions_are_paged()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await host.NewUserAsync();
        }

        var first = await (await host.Admin.Client.GetAsync("/api/v1/sessions?account=*&limit=2", Token)).ShouldBeAsync(200);
        var second = await (await host.Admin.Client.GetAsync("/api/v1/sessions?account=*&limit=2&cursor=" + first.Text("cursor"), Token)).ShouldBeAsync(200);

        first["items"]!.AsArray().Count.ShouldBe(2);
        first["items"]!.AsArray().Select(s => s!.Text("id")).Intersect(second["items"]!.AsArray().Select(s => s!.Text("id"))).ShouldBeEmpty();
        await (await host.Admin.Client.GetAsync("/api/v1/sessions?account=*&cursor=AAAA", Token)).ShouldBeProblemAsync(400, "invalid_cursor");
    }

    [Fact(Timeout = Timeout)]
    public async Task Accounts_are_filtered_by_state_role_group_and_source()
    {
        var mark = $"filtered{Guid.NewGuid():N}"[..20];
        await CreateAsync(mark + ".a", new { roles = new[] { "user", "auditor" }, groups = new[] { mark } });
        var disabled = await CreateAsync(mark + ".b", new { roles = new[] { "user" }, groups = Array.Empty<string>() });
        (await host.Admin.Client.PatchAsJsonAsync($"/api/v1/accounts/{disabled}", new { disabled = true }, Token)).EnsureSuccessStatusCode();

        (await NamesAsync($"q={mark}")).ShouldBe([mark + ".a", mark + ".b"]);
        (await NamesAsync($"q={mark}&disabled=true")).ShouldBe([mark + ".b"]);
        (await NamesAsync($"q={mark}&role=auditor")).ShouldBe([mark + ".a"]);
        (await NamesAsync($"group={mark}")).ShouldBe([mark + ".a"]);
        (await NamesAsync($"q={mark}&source=local")).ShouldBe([mark + ".a", mark + ".b"]);
        (await NamesAsync($"q={mark}&source=oidc:none")).ShouldBeEmpty();
        await (await host.Admin.Client.GetAsync("/api/v1/accounts?disabled=perhaps", Token)).ShouldBeProblemAsync(422, "invalid");
    }

    [Fact(Timeout = Timeout)]
    public async Task Operations_are_filtered_by_kind_template_and_person()
    {
        var (person, other) = (await host.NewUserAsync(), await host.NewUserAsync());
        var id = (await person.BuiltDesktopAsync("filtered")).Text("id");
        await (await person.Client.PatchAsJsonAsync("/api/v1/desktops/" + id, new { state = "stopped" }, Token)).ShouldBeAsync(202);
        await person.UntilStatusAsync(id, "stopped");

        (await KindsAsync(host.Admin, $"owner={person.Name}")).ShouldBe(["stop", "create"]);
        (await KindsAsync(host.Admin, $"owner={person.Id}&kind=stop")).ShouldBe(["stop"]);
        (await KindsAsync(host.Admin, $"owner={person.Name}&state=succeeded&template=plain")).ShouldBe(["stop", "create"]);
        (await KindsAsync(host.Admin, $"owner={person.Name}&template=other")).ShouldBeEmpty();
        (await KindsAsync(host.Admin, $"desktop={id}&owner={other.Name}")).ShouldBeEmpty();
        (await KindsAsync(other, $"owner={person.Name}")).ShouldBeEmpty();
        await (await host.Admin.Client.GetAsync("/api/v1/operations?kind=dance", Token)).ShouldBeProblemAsync(422, "invalid");
    }

    [Fact(Timeout = Timeout)]
    public async Task Statistics_tell_of_a_desktop_and_come_as_a_table()
    {
        var owner = await host.NewUserAsync();
        await owner.BuiltDesktopAsync("counted");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        JsonNode view;
        do
        {
            await Task.Delay(500, patience.Token);
            await host.Services.GetRequiredService<UsageCounter>().CountAsync(patience.Token);
            view = await (await host.Admin.Client.GetAsync("/api/v1/statistics?step=hour", patience.Token)).ShouldBeAsync(200);
        }
        while (view["total"]!["timeToReady"]!["count"]!.GetValue<int>() == 0);

        view["runningNow"]!.GetValue<int>().ShouldBeGreaterThan(0);
        using var csv = await host.Admin.Client.GetAsync("/api/v1/statistics/export?step=hour", Token);
        csv.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        csv.Content.Headers.ContentDisposition!.FileName!.ShouldEndWith(".csv");
        (await csv.Content.ReadAsStringAsync(Token)).ShouldStartWith("at,runningAverage,runningPeak,desktopHours");
        await (await host.Admin.Client.GetAsync("/api/v1/statistics?from=2026-01-01&step=hour", Token)).ShouldBeProblemAsync(422, "invalid");
        await (await host.Admin.Client.GetAsync("/api/v1/statistics/people?month=yesterday", Token)).ShouldBeProblemAsync(422, "invalid");
    }

    private static async Task<string[]> KindsAsync(TestUser reader, string query) =>
        [.. (await (await reader.Client.GetAsync("/api/v1/operations?" + query, Token)).ShouldBeAsync(200))["items"]!.AsArray().Select(o => o!.Text("kind"))];

    private static HttpRequestMessage Bulk(string body) => new HttpRequestMessage(HttpMethod.Post, "/api/v1/desktops/bulk").Body(body);

    private async Task<JsonNode> UntilDoneAsync(string location)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var bulk = (await host.Admin.Client.GetFromJsonAsync<JsonNode>(location, limit.Token))!;
            if (bulk.Text("state") == "done")
            {
                return bulk;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private async Task<string> CreateAsync(string userName, object rest)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(rest)!;
        (body["userName"], body["password"]) = (userName, ApiHost.Password);
        return (await (await host.Admin.Client.PostAsJsonAsync("/api/v1/accounts", body, Token)).ShouldBeAsync(201))["account"]!.Text("id");
    }

    private async Task<string[]> NamesAsync(string query) =>
        [.. (await (await host.Admin.Client.GetAsync("/api/v1/accounts?" + query, Token)).ShouldBeAsync(200))["items"]!.AsArray().Select(a => a!.Text("userName"))];
}
