using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

public sealed class DesktopTests(ApiHost host)
{
    [Fact(Timeout = 60_000)]
    public async Task Creating_a_desktop_is_accepted_with_the_operation_to_follow()
    {
        var user = await host.NewUserAsync();
        using var answer = await user.Client.PostAsJsonAsync("/api/v1/desktops", new { template = "plain", name = "Mine" });
        var body = await answer.ShouldBeAsync(202);
        answer.Headers.Location!.OriginalString.ShouldBe("/api/v1/operations/" + body["operation"]!.Text("id"));
        body["desktop"]!["parameters"]!.ToJsonString().ShouldBe("""{"geometry":"1280x720","cores":2}""");
        body["desktop"]!.ToJsonString().ShouldNotContain("ecret");
        var desktop = await user.UntilStatusAsync(body["desktop"]!.Text("id"), "running");
        desktop["connectable"]!.GetValue<bool>().ShouldBeTrue();
        var operation = await (await user.Client.GetAsync(answer.Headers.Location)).ShouldBeAsync(200);
        operation.Text("state").ShouldBe("succeeded");
    }

    [Fact(Timeout = 60_000)]
    public async Task Stopping_starting_and_deleting_follow_the_same_pattern()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("up and down")).Text("id");
        await (await PatchAsync(user, id, """{"state":"stopped"}""")).ShouldBeAsync(202);
        (await user.UntilStatusAsync(id, "stopped")).Text("power").ShouldBe("off");
        await (await PatchAsync(user, id, """{"state":"running"}""")).ShouldBeAsync(202);
        await user.UntilStatusAsync(id, "running");
        await (await PatchAsync(user, id, """{"state":"running"}""")).ShouldBeAsync(202);
        await user.UntilStatusAsync(id, "running");
        await (await user.Client.DeleteAsync("/api/v1/desktops/" + id)).ShouldBeAsync(202);
        await UntilGoneAsync(user, id);
    }

    [Fact(Timeout = 60_000)]
    public async Task Renaming_is_done_at_once()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("before")).Text("id");
        var body = await (await PatchAsync(user, id, """{"name":"after"}""")).ShouldBeAsync(200);
        body["desktop"]!.Text("name").ShouldBe("after");
        body["operation"].ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_change_while_one_is_under_way_names_the_one()
    {
        var user = await host.NewUserAsync();
        var name = "hold " + Guid.NewGuid();
        var created = await user.CreateDesktopAsync(name);
        var problem = await (await PatchAsync(user, created["desktop"]!.Text("id"), """{"state":"stopped"}""")).ShouldBeProblemAsync(409, "operation_in_progress");
        problem.Text("operation").ShouldBe(created["operation"]!.Text("id"));
        host.Terraform.LetGo(name);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stale_etag_is_refused_and_a_malformed_one_too()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("etag")).Text("id");
        using var read = await user.Client.GetAsync("/api/v1/desktops/" + id);
        var tag = read.Headers.ETag!.Tag;
        await (await PatchAsync(user, id, """{"name":"one"}""", tag)).ShouldBeAsync(200);
        await (await PatchAsync(user, id, """{"name":"two"}""", tag)).ShouldBeProblemAsync(412, "stale");
        await (await user.Client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/api/v1/desktops/" + id).With("If-Match", tag))).ShouldBeProblemAsync(412, "stale");
        foreach (var bad in new[] { "W/\"1\"", "3", "\"x\"", "\"\"", "\"1\", \"2\"" })
        {
            await (await PatchAsync(user, id, """{"name":"three"}""", bad)).ShouldBeProblemAsync(400, "malformed_if_match");
        }

        await (await PatchAsync(user, id, """{"name":"four"}""", "*")).ShouldBeAsync(200);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_quota_of_a_template_is_never_exceeded_by_racing_requests()
    {
        var user = await host.NewUserAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => user.Client.PostAsJsonAsync("/api/v1/desktops", new { template = "single", name = "race " + i })));
        answers.Count(a => (int)a.StatusCode == 202).ShouldBe(1);
        foreach (var refused in answers.Where(a => (int)a.StatusCode != 202))
        {
            await refused.ShouldBeProblemAsync(429, "quota_exceeded");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Connecting_sets_a_cookie_for_that_desktop_only()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("screen")).Text("id");
        using var answer = await user.Client.PostAsync($"/api/v1/desktops/{id}/connections", null);
        var body = await answer.ShouldBeAsync(201);
        body.Text("url").ShouldBe($"/desktop/{id}/vnc");
        body["session"]!.Text("clipboard").ShouldBe("both");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldStartWith("cws_desktop=ey");
        cookie.ShouldContain($"path=/desktop/{id}/; secure; samesite=strict; httponly");
        body.ToJsonString().ShouldNotContain("ey");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_that_does_not_run_cannot_be_connected_to()
    {
        var user = await host.NewUserAsync();
        var failed = await user.BuiltDesktopAsync("fail this", "failed");
        failed["failure"]!.Text("kind").ShouldBe("template");
        failed["failure"]!.Text("fix").ShouldNotBeEmpty();
        await (await user.Client.PostAsync($"/api/v1/desktops/{failed.Text("id")}/connections", null)).ShouldBeProblemAsync(409, "desktop_not_running");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_plan_says_what_would_be_destroyed()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("plan")).Text("id");
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/desktops/{id}/plan").Body("""{"parameters":{"geometry":"1920x1080"}}""");
        var plan = await (await user.Client.SendAsync(request)).ShouldBeAsync(200);
        plan["destroys"]!.GetValue<bool>().ShouldBeTrue();
        plan["losesData"]!.GetValue<bool>().ShouldBeTrue("a template that names nothing persistent may keep data anywhere");
        plan["changes"]![0]!["losesData"]!.GetValue<bool>().ShouldBeTrue();
        plan["changes"]![0]!.Text("address").ShouldBe("terraform_data.session");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_operation_can_be_retried_and_a_running_one_cancelled()
    {
        var user = await host.NewUserAsync();
        var failed = await user.CreateDesktopAsync("fail and retry");
        await user.UntilStatusAsync(failed["desktop"]!.Text("id"), "failed");
        var retried = await (await user.Client.PostAsync($"/api/v1/operations/{failed["operation"]!.Text("id")}/retry", null)).ShouldBeAsync(202);
        retried["operation"]!.Text("id").ShouldNotBe(failed["operation"]!.Text("id"));
        var held = await user.CreateDesktopAsync("hold for cancel");
        await (await user.Client.PostAsync($"/api/v1/operations/{held["operation"]!.Text("id")}/cancel", null)).ShouldBeAsync(202);
    }

    [Fact(Timeout = 60_000)]
    public async Task Lists_filter_by_owner_state_template_and_text()
    {
        var user = await host.NewUserAsync();
        await user.BuiltDesktopAsync("needle one");
        await user.BuiltDesktopAsync("fail hay", "failed");
        (await ItemsAsync(user, "?q=NEEDLE")).ShouldBe(1);
        (await ItemsAsync(user, "?status=failed")).ShouldBe(1);
        (await ItemsAsync(user, "?template=single")).ShouldBe(0);
        (await ItemsAsync(host.Admin, "?owner=" + user.Name)).ShouldBe(2);
        (await ItemsAsync(host.Admin, "?owner=" + user.Id)).ShouldBe(2);
        (await ItemsAsync(host.Admin, "?owner=*&limit=200&q=needle")).ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Broken_templates_are_shown_to_administrators_with_their_problems()
    {
        var user = await host.NewUserAsync();
        var forUser = await (await user.Client.GetAsync("/api/v1/templates")).ShouldBeAsync(200);
        forUser["items"]!.AsArray().Select(t => t!.Text("name")).ShouldBe(["plain", "single"]);
        forUser["broken"].ShouldBeNull();
        await (await user.Client.GetAsync("/api/v1/templates?all=true")).ShouldBeProblemAsync(403, "forbidden");
        var forAdmin = await (await host.Admin.Client.GetAsync("/api/v1/templates?all=true")).ShouldBeAsync(200);
        var broken = forAdmin["broken"]!.AsArray().Single()!;
        broken.Text("name").ShouldBe("broken");
        broken["problems"]!.AsArray().ShouldNotBeEmpty();
        (await (await user.Client.GetAsync("/api/v1/templates/plain/versions")).ShouldBeAsync(200))["items"]![0]!["current"]!.GetValue<bool>().ShouldBeTrue();
        await (await host.Admin.Client.PostAsync("/api/v1/templates/reload", null)).ShouldBeAsync(204);
    }

    private static Task<HttpResponseMessage> PatchAsync(TestUser user, string id, string body, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/desktops/" + id).Body(body);
        return user.Client.SendAsync(ifMatch is null ? request : request.With("If-Match", ifMatch));
    }

    private static async Task<int> ItemsAsync(TestUser user, string query) =>
        (await user.Client.GetFromJsonAsync<JsonNode>("/api/v1/desktops" + query))!["items"]!.AsArray().Count;

    private static async Task UntilGoneAsync(TestUser user, string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((int)(await user.Client.GetAsync("/api/v1/desktops/" + id, limit.Token)).StatusCode != 404)
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
