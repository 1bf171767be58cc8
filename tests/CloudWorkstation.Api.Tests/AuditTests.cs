using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>What somebody does over HTTP is found in the trail, with where it came from; so is what was refused.</summary>
public sealed class AuditTests(ApiHost host)
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task A_sign_in_says_who_how_from_where_with_what_and_in_which_request()
    {
        var user = await host.NewUserAsync();
        using var client = host.NewClient();
        var request = SignIn(user.Name, ApiHost.Password).With("X-Forwarded-For", "203.0.113.20").With("User-Agent", "Tried/1.0").With("X-Request-Id", "0a1b-2c");
        await (await client.SendAsync(request)).ShouldBeAsync(200);

        var entry = await UntilAsync($"actor={user.Name}&action=session.sign-in&address=203.0.113.20");

        entry.Text("result").ShouldBe("accepted");
        entry.Text("detail").ShouldBe("password");
        entry.Text("actorId").ShouldBe(user.Id);
        entry.Text("userAgent").ShouldBe("Tried/1.0");
        entry.Text("requestId").ShouldBe("0a1b-2c");
        entry.Text("sessionId").ShouldNotBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_sign_in_says_why_and_never_what_was_typed()
    {
        var user = await host.NewUserAsync();
        using var client = host.NewClient();
        await (await client.SendAsync(SignIn(user.Name, "typed-9f31 not it").With("X-Forwarded-For", "203.0.113.21"))).ShouldBeProblemAsync(401, "invalid_credentials");
        await (await client.SendAsync(SignIn("typed-into-the-wrong-field", "x").With("X-Forwarded-For", "203.0.113.22"))).ShouldBeProblemAsync(401, "invalid_credentials");

        var known = await UntilAsync("result=refused&address=203.0.113.21");
        var unknown = await UntilAsync("actor=anonymous&result=refused&address=203.0.113.22");

        (known.Text("target"), known.Text("detail")).ShouldBe(("account/" + user.Id, "credentials"));
        (unknown.Text("target"), unknown.Text("detail")).ShouldBe(("account/unknown", "credentials"));
        (known.ToJsonString() + unknown.ToJsonString()).ShouldNotContain("typed");
    }

    [Fact(Timeout = Limit)]
    public async Task A_locked_account_and_a_disabled_one_are_refused_on_record()
    {
        var (locked, disabled) = (await host.NewUserAsync(), await host.NewUserAsync());
        using var client = host.NewClient();
        for (var i = 0; i < 12; i++)
        {
            await client.SendAsync(SignIn(locked.Name, "wrong, wrong, wrong"));
        }

        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + disabled.Id, new { disabled = true })).ShouldBeAsync(200);
        await (await client.SendAsync(SignIn(disabled.Name, ApiHost.Password))).ShouldBeProblemAsync(403, "account_disabled");

        (await UntilAsync($"actor={locked.Name}&q=locked-out")).Text("result").ShouldBe("refused");
        (await UntilAsync($"actor={disabled.Name}&result=refused")).Text("detail").ShouldBe("disabled");
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_right_is_on_record_before_the_answer_leaves()
    {
        var user = await host.NewUserAsync();
        await (await user.Client.PostAsJsonAsync("/api/v1/keys/rotate", new { })).ShouldBeProblemAsync(403, "forbidden");

        var entry = await UntilAsync($"actor={user.Name}&action=request.refuse");

        entry.Text("target").ShouldBe("request/POST /api/v1/keys/rotate");
        entry.Text("result").ShouldBe("refused");
        entry.Text("detail").ShouldStartWith("forbidden");
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_from_another_site_is_on_record()
    {
        using var client = host.NewClient();
        var request = SignIn("x", "y").With("Origin", "https://evil.example").With("X-Forwarded-For", "203.0.113.23");
        await (await client.SendAsync(request)).ShouldBeProblemAsync(403, "cross_origin");

        (await UntilAsync("actor=anonymous&address=203.0.113.23")).Text("detail").ShouldStartWith("cross_origin");
    }

    [Fact(Timeout = Limit)]
    public async Task Who_opened_whose_desktop_and_when_is_found_and_so_is_who_tried()
    {
        var (owner, stranger) = (await host.NewUserAsync(), await host.NewUserAsync());
        var id = (await owner.BuiltDesktopAsync("audited")).Text("id");
        var granted = await (await owner.Client.PostAsync($"/api/v1/desktops/{id}/connections", null)).ShouldBeAsync(201);
        await (await stranger.Client.PostAsync($"/api/v1/desktops/{id}/connections", null)).ShouldBeProblemAsync(404, "not_found");
        using var proxy = host.NewClient();
        proxy.DefaultRequestHeaders.Authorization = new("Bearer", host.InternalKey);
        var connection = "/internal/v1/connections/" + granted.Text("id");
        await (await proxy.PostAsync(connection + "/open", null)).ShouldBeAsync(200);
        await (await proxy.PostAsync(connection + "/open", null)).ShouldBeProblemAsync(409, "token_used");
        await (await proxy.SendAsync(new HttpRequestMessage(HttpMethod.Post, connection + "/close").Body("""{"reason":"signed-out","bytesToBrowser":10,"bytesToDesktop":5}"""))).ShouldBeAsync(204);

        await UntilAsync($"target=desktop/{id}&action=connection.close");
        var entries = (await SearchAsync($"target=desktop/{id}")).Select(e => $"{e!.Text("action")} {e!.Text("actorName")} {e!.Text("result")}").ToList();

        entries.ShouldBe(
            [
                $"connection.close {owner.Name} accepted",
                $"connection.open {owner.Name} refused",
                $"connection.open {owner.Name} accepted",
                $"desktop.connect {stranger.Name} refused",
                $"desktop.connect {owner.Name} accepted",
                "desktop.create.end system succeeded",
                $"desktop.create {owner.Name} accepted",
            ]);
        (await UntilAsync($"target=desktop/{id}&action=connection.open&result=accepted")).Text("detail").ShouldContain($"{owner.Name}'s desktop \"audited\"");
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_of_roles_tells_before_and_after()
    {
        var user = await host.NewUserAsync();
        await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + user.Id, new { roles = new[] { "auditor" } })).ShouldBeAsync(200);

        var entry = await UntilAsync($"target=account/{user.Id}&action=account.change");

        entry["change"]!["before"]!.ToJsonString().ShouldBe("""{"roles":["user"]}""");
        entry["change"]!["after"]!.ToJsonString().ShouldBe("""{"roles":["auditor"]}""");
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_and_a_reset_password_are_never_in_the_trail()
    {
        var created = await (await host.Admin.Client.PostAsJsonAsync("/api/v1/accounts", new { userName = "no-secrets", password = "a passphrase 71fc", roles = new[] { "user" } })).ShouldBeAsync(201);
        var id = created["account"]!.Text("id");
        var reset = await (await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + id, new { resetPassword = true })).ShouldBeAsync(200);
        await UntilAsync($"target=account/{id}&action=account.change");

        var trail = string.Concat((await SearchAsync($"target=account/{id}")).Select(e => e!.ToJsonString()));

        trail.ShouldNotContain("71fc");
        trail.ShouldNotContain(reset.Text("generatedPassword"));
        trail.ShouldNotContain("passwordHash");
    }

    [Fact(Timeout = Limit)]
    public async Task An_auditor_takes_the_trail_away_as_json_lines_and_that_is_on_record()
    {
        var (user, auditor) = (await host.NewUserAsync(), await host.NewUserAsync("auditor"));
        await UntilAsync($"actor={user.Name}&action=session.sign-in");

        using var answer = await auditor.Client.GetAsync($"/api/v1/audit/export?from={DateTime.UtcNow:yyyy-MM-dd}&actor={user.Name}");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        answer.Content.Headers.ContentDisposition!.FileName.ShouldNotBeNull().ShouldContain("audit-trail.jsonl");
        lines.Select(l => JsonNode.Parse(l)!.Text("actorId")).ShouldAllBe(a => a == user.Id);
        lines.Select(l => JsonNode.Parse(l)!.Text("id")).ShouldBeInOrder();
        lines.ShouldNotBeEmpty();
        (await UntilAsync($"actor={auditor.Name}&action=audit.export")).Text("detail").ShouldContain("actor " + user.Id);
    }

    [Fact(Timeout = Limit)]
    public async Task An_auditor_reads_and_changes_nothing()
    {
        var auditor = await host.NewUserAsync("auditor");

        await (await auditor.Client.GetAsync("/api/v1/audit")).ShouldBeAsync(200);
        await (await auditor.Client.GetAsync("/api/v1/audit/actions")).ShouldBeAsync(200);
        await (await auditor.Client.PatchAsJsonAsync("/api/v1/accounts/" + host.Admin.Id, new { disabled = true })).ShouldBeProblemAsync(403, "forbidden");
        await (await auditor.Client.DeleteAsync("/api/v1/audit")).ShouldBeProblemAsync(405, "method_not_allowed");
        var user = await host.NewUserAsync();
        await (await user.Client.GetAsync("/api/v1/audit")).ShouldBeProblemAsync(403, "forbidden");
        await (await user.Client.GetAsync("/api/v1/audit/export")).ShouldBeProblemAsync(403, "forbidden");
    }

    [Theory(Timeout = Limit)]
    [InlineData("day=yesterday", "day")]
    [InlineData("from=2026", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("action=made.up", "action")]
    [InlineData("result=maybe", "result")]
    [InlineData("address=10.0.0.0/99", "address")]
    public async Task A_filter_that_cannot_be_understood_is_named(string query, string field) =>
        (await (await host.Admin.Client.GetAsync("/api/v1/audit?" + query)).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe([field]);

    private static HttpRequestMessage SignIn(string userName, string password) =>
        new HttpRequestMessage(HttpMethod.Post, "/auth/sign-in").Body($$"""{"userName":"{{userName}}","password":"{{password}}"}""");

    private async Task<JsonArray> SearchAsync(string query) =>
        (await (await host.Admin.Client.GetAsync("/api/v1/audit?limit=200&" + query)).ShouldBeAsync(200))["items"]!.AsArray();

    /// <summary>The newest entry that a search finds, once it does: an index may be a moment behind.</summary>
    private async Task<JsonNode> UntilAsync(string query)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (await SearchAsync(query) is [{ } newest, ..])
            {
                return newest;
            }

            await Task.Delay(50, limit.Token);
        }
    }
}
