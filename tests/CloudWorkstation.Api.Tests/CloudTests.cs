using System.Net.Http.Headers;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>What only makes sense with a cloud, on an installation without one: refused in words, never a fault.</summary>
public sealed class CloudTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task A_desktop_without_a_machine_is_not_restarted()
    {
        var user = await host.NewUserAsync();
        var other = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("restarted")).Text("id");

        await (await user.Client.PostAsync($"/api/v1/desktops/{id}/restart", null)).ShouldBeProblemAsync(409, "conflict");
        await (await other.Client.PostAsync($"/api/v1/desktops/{id}/restart", null)).ShouldBeProblemAsync(404, "not_found");
    }

    [Fact(Timeout = 60_000)]
    public async Task Orphans_are_for_who_manages_the_platform()
    {
        var user = await host.NewUserAsync();

        await (await user.Client.GetAsync("/api/v1/orphans")).ShouldBeProblemAsync(403, "forbidden");
        (await (await host.Admin.Client.GetAsync("/api/v1/orphans")).ShouldBeAsync(200))["items"]!.AsArray().ShouldBeEmpty();
        await (await host.Admin.Client.PostAsync("/api/v1/orphans", Answers.Json("""{"ids": ["instance/i-1"], "confirm": 3}"""))).ShouldBeProblemAsync(422, "invalid");
        var answer = await (await host.Admin.Client.PostAsync("/api/v1/orphans", Answers.Json("""{"ids": ["instance/i-1"], "confirm": 1}"""))).ShouldBeAsync(200);
        answer["items"]!.AsArray().Single()!["removed"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proxy_announces_itself_with_the_internal_key()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("announced")).Text("id");
        using var stranger = host.NewClient();
        using var proxy = host.NewClient();
        proxy.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.InternalKey);
        var body = $$"""{"desktop": "{{id}}", "address": "10.0.0.7:8083"}""";

        await (await stranger.PostAsync("/internal/v1/proxies", Answers.Json(body))).ShouldBeProblemAsync(401, "unauthenticated");
        await (await proxy.PostAsync("/internal/v1/proxies", Answers.Json(body))).ShouldBeAsync(204);
        await (await proxy.PostAsync("/internal/v1/proxies", Answers.Json(body.Replace(id, "abcdefghijkl", StringComparison.Ordinal)))).ShouldBeProblemAsync(404, "not_found");
        await (await proxy.PostAsync("/internal/v1/proxies", Answers.Json(body.Replace("10.0.0.7", "proxy", StringComparison.Ordinal)))).ShouldBeProblemAsync(422, "invalid");
    }
}
