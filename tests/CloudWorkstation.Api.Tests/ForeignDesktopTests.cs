using System.Net.Http.Json;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>What belongs to somebody else is not found, by every path.</summary>
public sealed class ForeignDesktopTests(ApiHost host)
{
    [Theory(Timeout = 60_000)]
    [InlineData("GET", "/api/v1/desktops/{desktop}", null)]
    [InlineData("PATCH", "/api/v1/desktops/{desktop}", """{"name":"mine now"}""")]
    [InlineData("PATCH", "/api/v1/desktops/{desktop}", """{"state":"stopped"}""")]
    [InlineData("DELETE", "/api/v1/desktops/{desktop}", null)]
    [InlineData("POST", "/api/v1/desktops/{desktop}/connections", null)]
    [InlineData("POST", "/api/v1/desktops/{desktop}/plan", """{"parameters":{"geometry":"1920x1080"}}""")]
    [InlineData("GET", "/api/v1/operations/{operation}", null)]
    [InlineData("GET", "/api/v1/operations/{operation}/log", null)]
    [InlineData("GET", "/api/v1/operations/{operation}/timeline", null)]
    [InlineData("GET", "/api/v1/desktops/{desktop}/timeline", null)]
    [InlineData("POST", "/api/v1/operations/{operation}/cancel", null)]
    [InlineData("POST", "/api/v1/operations/{operation}/retry", null)]
    public async Task Somebody_elses_is_not_found(string method, string path, string? body)
    {
        var (owner, stranger) = (await host.NewUserAsync(), await host.NewUserAsync());
        var created = await owner.CreateDesktopAsync("private");
        var id = created["desktop"]!.Text("id");
        await owner.UntilStatusAsync(id, "running");
        var address = path.Replace("{desktop}", id, StringComparison.Ordinal).Replace("{operation}", created["operation"]!.Text("id"), StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(method), address);
        var problem = await (await stranger.Client.SendAsync(body is null ? request : request.Body(body))).ShouldBeProblemAsync(404, "not_found");
        problem.ToJsonString().ShouldNotContain("private");
        (await owner.Client.GetAsync("/api/v1/desktops/" + id)).EnsureSuccessStatusCode();
    }

    [Fact(Timeout = 60_000)]
    public async Task Lists_hold_only_what_is_the_callers()
    {
        var (owner, stranger) = (await host.NewUserAsync(), await host.NewUserAsync());
        var id = (await owner.CreateDesktopAsync("private"))["desktop"]!.Text("id");
        foreach (var path in new[] { "/api/v1/desktops", "/api/v1/operations", "/api/v1/operations?desktop=" + id, "/api/v1/operations?state=succeeded", $"/api/v1/desktops?owner={owner.Name}" })
        {
            (await (await stranger.Client.GetAsync(path)).ShouldBeAsync(200))["items"]!.AsArray().ShouldBeEmpty(path);
        }

        await (await stranger.Client.GetAsync("/api/v1/desktops?owner=*")).ShouldBeProblemAsync(403, "forbidden");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_administrator_sees_and_changes_everyones()
    {
        var owner = await host.NewUserAsync();
        var id = (await owner.BuiltDesktopAsync("helped")).Text("id");
        (await (await host.Admin.Client.GetAsync("/api/v1/desktops/" + id)).ShouldBeAsync(200))["owner"]!.Text("userName").ShouldBe(owner.Name);
        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/desktops/" + id, new { name = "renamed by admin" })).ShouldBeAsync(200);
        (await (await host.Admin.Client.GetAsync("/api/v1/operations?desktop=" + id)).ShouldBeAsync(200))["items"]!.AsArray().ShouldNotBeEmpty();
    }
}
