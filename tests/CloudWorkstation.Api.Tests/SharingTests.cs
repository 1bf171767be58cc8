using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>Sharing over HTTP: who may, who may not, and what each is told.</summary>
public sealed class SharingTests(ApiHost host)
{
    private const string Connection = "/internal/v1/connections/";
    private const string Report = """{"bytesToBrowser":10,"bytesToDesktop":5}""";

    [Fact(Timeout = 60_000)]
    public async Task A_guest_gets_in_by_a_link_looks_and_is_out_when_the_owner_ends_it()
    {
        var (owner, guest) = (await host.NewUserAsync(), await host.NewUserAsync());
        var desktop = (await owner.BuiltDesktopAsync("shared")).Text("id");
        var made = await (await owner.Client.PostAsJsonAsync($"/api/v1/desktops/{desktop}/shares", new { access = "view", people = new[] { guest.Name } })).ShouldBeAsync(201);
        var (share, token) = (made["share"]!.Text("id"), made.Text("token"));

        var opened = await (await guest.Client.PostAsJsonAsync("/api/v1/shares/open", new { token })).ShouldBeAsync(200);
        using var granted = await guest.Client.PostAsJsonAsync($"/api/v1/shares/{share}/connections", new { token });
        var connection = await granted.ShouldBeAsync(201);
        using var proxy = Proxy();
        var open = await (await proxy.PostAsync(Connection + connection.Text("id") + "/open", null)).ShouldBeAsync(200);

        opened["desktop"]!["owner"]!.Text("userName").ShouldBe(owner.Name);
        connection.Text("access").ShouldBe("view");
        connection.Text("url").ShouldStartWith($"/desktop/{desktop}/");
        granted.Headers.GetValues("Set-Cookie").Single().ShouldContain($"path=/desktop/{desktop}/; secure; samesite=strict; httponly");
        (open.Text("access"), open.Text("viewer")).ShouldBe(("view", guest.Name));
        (await ItemsAsync(guest, $"/api/v1/desktops/{desktop}/watchers")).Single()!.Text("userName").ShouldBe(guest.Name);
        await (await owner.Client.DeleteAsync($"/api/v1/desktops/{desktop}/shares/{share}")).ShouldBeAsync(204);
        await (await proxy.PostAsync(Connection + connection.Text("id") + "/report", Answers.Json(Report))).ShouldBeProblemAsync(409, "share-ended");
        await (await guest.Client.PostAsJsonAsync("/api/v1/shares/open", new { token })).ShouldBeProblemAsync(404, "share_unavailable");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_guest_still_finds_nothing_of_the_desktop_but_its_screen()
    {
        var (owner, guest) = (await host.NewUserAsync(), await host.NewUserAsync());
        var desktop = (await owner.BuiltDesktopAsync("shared but private")).Text("id");
        var token = (await ShareAsync(owner, desktop)).Text("token");
        await (await guest.Client.PostAsJsonAsync("/api/v1/shares/open", new { token })).ShouldBeAsync(200);

        await (await guest.Client.GetAsync($"/api/v1/desktops/{desktop}")).ShouldBeProblemAsync(404, "not_found");
        await (await guest.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeProblemAsync(404, "not_found");
        await (await guest.Client.GetAsync($"/api/v1/desktops/{desktop}/shares")).ShouldBeProblemAsync(404, "not_found");
        await (await guest.Client.GetAsync($"/api/v1/desktops/{desktop}/watchers")).ShouldBeProblemAsync(404, "not_found");
        await (await guest.Client.GetAsync($"/api/v1/desktops/{desktop}/idle")).ShouldBeProblemAsync(404, "not_found");
        (await ItemsAsync(guest, "/api/v1/desktops")).ShouldBeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("POST", "shares", """{"access":"view","anyone":true}""")]
    [InlineData("GET", "shares", null)]
    [InlineData("DELETE", "shares/abcdefghijklmnopqrstuvwxyz", null)]
    [InlineData("GET", "watchers", null)]
    [InlineData("DELETE", "watchers/nobody", null)]
    [InlineData("GET", "watch-requests", null)]
    [InlineData("POST", "watch-requests/nothing", """{"allow":true}""")]
    public async Task A_stranger_finds_nothing_and_support_is_refused(string method, string path, string? body)
    {
        var (owner, stranger, support) = (await host.NewUserAsync(), await host.NewUserAsync(), await host.NewUserAsync("user", "support"));
        var desktop = (await owner.BuiltDesktopAsync("not theirs")).Text("id");

        await (await SendAsync(stranger)).ShouldBeProblemAsync(404, "not_found");
        await (await SendAsync(support)).ShouldBeProblemAsync(403, "forbidden");

        Task<HttpResponseMessage> SendAsync(TestUser user)
        {
            var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/desktops/{desktop}/{path}");
            return user.Client.SendAsync(body is null ? request : request.Body(body));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"access":"own","anyone":true}""", "access")]
    [InlineData("""{"access":"view","anyone":true,"people":["somebody"]}""", "people")]
    [InlineData("""{"access":"view"}""", "people")]
    [InlineData("""{"access":"view","people":["nobody-of-this-name"]}""", "people[0]")]
    [InlineData("""{"access":"view","anyone":true,"expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"access":"view","anyone":true,"colour":"blue"}""", "colour")]
    public async Task A_share_that_cannot_be_is_refused_by_the_field(string body, string field)
    {
        var owner = await host.NewUserAsync();
        var desktop = (await owner.BuiltDesktopAsync("wrongly shared")).Text("id");

        var problem = await (await owner.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"/api/v1/desktops/{desktop}/shares").Body(body))).ShouldBeProblemAsync(422, "invalid");

        problem["errors"]!.AsArray().Select(e => e!.Text("field")).ShouldContain(field);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_administrator_is_told_that_the_owner_is_not_there_and_gets_in_when_the_owner_says_so()
    {
        var owner = await host.NewUserAsync();
        var desktop = (await owner.BuiltDesktopAsync("asked for")).Text("id");
        var admin = host.Admin.Client;
        await (await admin.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeProblemAsync(409, "owner_absent");
        var own = await (await owner.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeAsync(201);
        using var proxy = Proxy();
        await (await proxy.PostAsync(Connection + own.Text("id") + "/open", null)).ShouldBeAsync(200);

        var request = (await (await admin.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeProblemAsync(409, "consent_pending")).Text("request");
        (await ItemsAsync(owner, $"/api/v1/desktops/{desktop}/watch-requests")).Single()!.Text("id").ShouldBe(request);
        await (await owner.Client.PostAsJsonAsync($"/api/v1/desktops/{desktop}/watch-requests/{request}", new { allow = true })).ShouldBeAsync(200);
        var look = await (await admin.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeAsync(201);
        var open = await (await proxy.PostAsync(Connection + look.Text("id") + "/open", null)).ShouldBeAsync(200);

        (look.Text("access"), open.Text("access")).ShouldBe(("view", "view"));
        (await ItemsAsync(owner, $"/api/v1/desktops/{desktop}/watchers")).Select(w => w!.Text("role")).ShouldBe(["owner", "admin"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_administrator_whom_the_owner_refuses_stays_outside()
    {
        var owner = await host.NewUserAsync();
        var desktop = (await owner.BuiltDesktopAsync("refused")).Text("id");
        var own = await (await owner.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeAsync(201);
        using var proxy = Proxy();
        await (await proxy.PostAsync(Connection + own.Text("id") + "/open", null)).ShouldBeAsync(200);
        var request = (await (await host.Admin.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeProblemAsync(409, "consent_pending")).Text("request");

        await (await host.Admin.Client.PostAsJsonAsync($"/api/v1/desktops/{desktop}/watch-requests/{request}", new { allow = true })).ShouldBeProblemAsync(403, "forbidden");
        await (await owner.Client.PostAsJsonAsync($"/api/v1/desktops/{desktop}/watch-requests/{request}", new { allow = false })).ShouldBeAsync(200);

        await (await host.Admin.Client.PostAsync($"/api/v1/desktops/{desktop}/connections", null)).ShouldBeProblemAsync(403, "watch_refused");
    }

    private HttpClient Proxy()
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.InternalKey);
        return client;
    }

    private static async Task<JsonNode> ShareAsync(TestUser owner, string desktop) =>
        await (await owner.Client.PostAsJsonAsync($"/api/v1/desktops/{desktop}/shares", new { access = "view", anyone = true })).ShouldBeAsync(201);

    private static async Task<IReadOnlyList<JsonNode?>> ItemsAsync(TestUser user, string path) =>
        [.. (await (await user.Client.GetAsync(path)).ShouldBeAsync(200))["items"]!.AsArray()];
}
