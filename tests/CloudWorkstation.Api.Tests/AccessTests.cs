using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class AccessTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Timeout = 60_000;

    private HttpClient Admin => host.Admin.Client;

    [Fact(Timeout = Timeout)]
    public async Task A_group_of_a_role_of_an_entitlement_opens_a_template_and_nothing_else_does()
    {
        var user = await host.NewUserAsync();
        await PutAsync("roles/user", new { permissions = new[] { "desktops.use" }, entitlements = Array.Empty<string>() });
        try
        {
            (await TemplatesOf(user.Client)).ShouldBeEmpty();
            var create = new { template = "plain", name = "One", parameters = new { } };
            await (await user.Client.PostAsJsonAsync("/api/v1/desktops", create, Token)).ShouldBeProblemAsync(422, "template_not_found");

            await PutAsync("entitlements/one-plain", new { template = "plain", maximum = 1 });
            await PutAsync("roles/plain-user", new { permissions = Array.Empty<string>(), entitlements = new[] { "one-plain" } });
            await PutAsync("groups", new { name = "Plain people", roles = new[] { "plain-user" } });
            (await Admin.PatchAsJsonAsync($"/api/v1/accounts/{user.Id}", new { groups = new[] { "Plain people" } }, Token)).EnsureSuccessStatusCode();

            (await TemplatesOf(user.Client)).ShouldBe(["plain"]);
            await (await user.Client.PostAsJsonAsync("/api/v1/desktops", create, Token)).ShouldBeAsync(202);
            await (await user.Client.PostAsJsonAsync("/api/v1/desktops", create, Token)).ShouldBeProblemAsync(429, "quota_exceeded");
        }
        finally
        {
            await PutAsync("roles/user", new { permissions = new[] { "desktops.use" }, entitlements = new[] { "every-template" } });
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Support_sees_and_stops_everyones_desktops_but_opens_and_deletes_none()
    {
        var owner = await host.NewUserAsync();
        var created = await (await owner.Client.PostAsJsonAsync("/api/v1/desktops", new { template = "plain", name = "Mine", parameters = new { } }, Token)).ShouldBeAsync(202);
        var desktop = "/api/v1/desktops/" + created["desktop"]!["id"]!.GetValue<string>();
        var support = await host.NewUserAsync();
        (await Admin.PatchAsJsonAsync($"/api/v1/accounts/{support.Id}", new { groups = new[] { "help-desk" } }, Token)).EnsureSuccessStatusCode();
        await PutAsync("groups", new { name = "help-desk", roles = new[] { "support" } });

        await (await support.Client.GetAsync(desktop, Token)).ShouldBeAsync(200);
        await (await support.Client.PostAsJsonAsync(desktop + "/connections", new { }, Token)).ShouldBeProblemAsync(403, "forbidden");
        await (await support.Client.DeleteAsync(desktop, Token)).ShouldBeProblemAsync(403, "forbidden");
        await (await support.Client.PatchAsJsonAsync(desktop, new { name = "Yours" }, Token)).ShouldBeProblemAsync(403, "forbidden");
        (await support.Client.PatchAsJsonAsync(desktop, new { state = "stopped" }, Token)).StatusCode.ShouldNotBe(System.Net.HttpStatusCode.Forbidden);
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_may_do_what_is_explained_to_an_auditor_and_to_oneself_only()
    {
        var user = await host.NewUserAsync();
        var other = await host.NewUserAsync();

        var mine = await (await user.Client.GetAsync($"/api/v1/access/accounts/{user.Id}", Token)).ShouldBeAsync(200);
        mine["permissions"]![0]!["permission"]!.GetValue<string>().ShouldBe("desktops.use");
        mine["permissions"]![0]!["because"]![0]!["role"]!.GetValue<string>().ShouldBe("user");
        await (await user.Client.GetAsync($"/api/v1/access/accounts/{other.Id}", Token)).ShouldBeProblemAsync(403, "forbidden");
        await (await Admin.GetAsync($"/api/v1/access/accounts/{other.Id}", Token)).ShouldBeAsync(200);
        (await (await Admin.GetAsync("/api/v1/access/templates/plain", Token)).ShouldBeAsync(200))["items"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_list_of_rules_is_paged_by_name()
    {
        foreach (var n in Enumerable.Range(0, 5))
        {
            await PutAsync($"entitlements/page-{n}", new { template = "*" });
        }

        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await (await Admin.GetAsync("/api/v1/entitlements?limit=2" + (cursor is null ? "" : "&cursor=" + cursor), Token)).ShouldBeAsync(200);
            page["items"]!.AsArray().Count.ShouldBeLessThanOrEqualTo(2);
            names.AddRange(page["items"]!.AsArray().Select(i => i!["id"]!.GetValue<string>()));
            cursor = page["cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        names.Where(n => n.StartsWith("page-", StringComparison.Ordinal)).ShouldBe(["page-0", "page-1", "page-2", "page-3", "page-4"]);
        await (await Admin.GetAsync("/api/v1/entitlements?cursor=%21%21", Token)).ShouldBeProblemAsync(400, "invalid_cursor");
    }

    [Fact(Timeout = Timeout)]
    public async Task Rules_are_created_only_once_and_changed_only_as_read_where_the_client_asks_for_it()
    {
        var body = JsonContent.Create(new { template = "*" });
        using var first = new HttpRequestMessage(HttpMethod.Put, "/api/v1/entitlements/guarded") { Content = body };
        first.Headers.Add("If-Match", "\"0\"");
        using var answer = await Admin.SendAsync(first, Token);
        answer.Headers.ETag!.Tag.ShouldBe("\"1\"");

        using var again = new HttpRequestMessage(HttpMethod.Put, "/api/v1/entitlements/guarded") { Content = JsonContent.Create(new { template = "*" }) };
        again.Headers.Add("If-Match", "\"0\"");
        await (await Admin.SendAsync(again, Token)).ShouldBeProblemAsync(412, "stale");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<List<string>> TemplatesOf(HttpClient client) =>
        [.. (await (await client.GetAsync("/api/v1/templates", Token)).ShouldBeAsync(200))["items"]!.AsArray().Select(t => t!["name"]!.GetValue<string>())];

    private async Task<JsonNode> PutAsync(string path, object body) => await (await Admin.PutAsJsonAsync("/api/v1/" + path, body, Token)).ShouldBeAsync(200);
}
