using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>Shares over all desktops, and a guest's choice of the engine, over HTTP.</summary>
public sealed class ShareOverviewTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task An_administrator_finds_what_somebody_shares_and_ends_all_of_it()
    {
        var (owner, guest) = (await host.NewUserAsync(), await host.NewUserAsync());
        var desktop = (await owner.BuiltDesktopAsync("seen by administrators")).Text("id");
        var token = (await ShareAsync(owner, desktop, guest.Name)).Text("token");
        await ShareAsync(owner, desktop, guest.Name);

        var item = (await ItemsAsync(host.Admin, $"/api/v1/shares?owner={owner.Name}")).Single()!;
        item["desktop"]!.Text("id").ShouldBe(desktop);
        item["shares"]!.AsArray().Count.ShouldBe(2);
        item.ToJsonString().ShouldNotContain(token);
        (await ItemsAsync(host.Admin, $"/api/v1/shares?owner=*&guest={guest.Name}")).Single()!["desktop"]!.Text("id").ShouldBe(desktop);
        (await ItemsAsync(owner, "/api/v1/shares")).Count.ShouldBe(1);
        (await ItemsAsync(guest, "/api/v1/shares")).ShouldBeEmpty();

        var ended = await (await host.Admin.Client.PostAsJsonAsync("/api/v1/shares/end", new { owner = owner.Name })).ShouldBeAsync(200);

        ended["ended"]!.GetValue<int>().ShouldBe(2);
        await (await guest.Client.PostAsJsonAsync("/api/v1/shares/open", new { token })).ShouldBeProblemAsync(404, "share_unavailable");
        (await ItemsAsync(host.Admin, $"/api/v1/shares?owner={owner.Name}")).ShouldBeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("user")]
    [InlineData("support")]
    [InlineData("auditor")]
    public async Task Nobody_else_sees_or_ends_what_others_share(string role)
    {
        var (owner, other) = (await host.NewUserAsync(), await host.NewUserAsync("user", role));

        await (await other.Client.GetAsync("/api/v1/shares?owner=*")).ShouldBeProblemAsync(403, "forbidden");
        await (await other.Client.GetAsync($"/api/v1/shares?owner={owner.Name}")).ShouldBeProblemAsync(403, "forbidden");
        await (await other.Client.PostAsJsonAsync("/api/v1/shares/end", new { owner = owner.Name })).ShouldBeProblemAsync(403, "forbidden");
        await (await host.NewClient().GetAsync("/api/v1/shares")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_guests_page_chooses_the_engine_as_the_owners_does()
    {
        var (owner, guest) = (await host.NewUserAsync(), await host.NewUserAsync());
        var desktop = (await owner.BuiltDesktopAsync("by any engine")).Text("id");
        var made = await ShareAsync(owner, desktop, guest.Name);
        var (address, token) = ($"/api/v1/shares/{made["share"]!.Text("id")}/connections", made.Text("token"));

        var granted = await (await guest.Client.PostAsJsonAsync(address, new { token, engine = "rfb" })).ShouldBeAsync(201);

        granted.Text("url").ShouldBe($"/desktop/{desktop}/vnc");
        await (await guest.Client.PostAsJsonAsync(address, new { token, engine = "guacamole" })).ShouldBeProblemAsync(409, "engine_unavailable");
        await (await guest.Client.PostAsJsonAsync(address, new { token, engine = "telepathy" })).ShouldBeProblemAsync(422, "invalid");
    }

    private static async Task<JsonNode> ShareAsync(TestUser owner, string desktop, string guest) =>
        await (await owner.Client.PostAsJsonAsync($"/api/v1/desktops/{desktop}/shares", new { access = "view", people = new[] { guest } })).ShouldBeAsync(201);

    private static async Task<IReadOnlyList<JsonNode?>> ItemsAsync(TestUser user, string path) =>
        [.. (await (await user.Client.GetAsync(path)).ShouldBeAsync(200))["items"]!.AsArray()];
}
