using System.Globalization;
using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>Programs that come with an API token instead of a browser, all the way through the router.</summary>
[Collection(RunningProduct.Name)]
public sealed class TokenTests(RunningProduct running)
{
    private const int Limit = 180_000;

    [Fact(Timeout = Limit)]
    public async Task A_personal_token_reads_what_its_owner_may_and_is_over_the_moment_it_is_revoked()
    {
        using var owner = await running.Product.EmployeeAsync("token-owner");
        var (text, id) = await MakeAsync(owner, "read");
        using var script = new Person(running.Product.Url);
        var bearer = ("Authorization", $"Bearer {text}");
        (await OnlyTokenAsync(owner))["lastUsedAt"].ShouldBeNull();

        (await script.GetAsync("/api/v1/me", bearer)).Body["userName"]!.GetValue<string>().ShouldBe("token-owner");
        (await script.GetAsync("/api/v1/desktops", bearer)).Status.ShouldBe(200);
        var used = await OnlyTokenAsync(owner);
        used["lastUsedFrom"]!.GetValue<string>().ShouldBe("127.0.0.1");
        DateTimeOffset.Parse(used["lastUsedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture).ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        used.ToJsonString().ShouldNotContain(text);

        (await owner.DeleteAsync("/api/v1/tokens/" + id)).Status.ShouldBe(204);
        (await script.GetAsync("/api/v1/me", bearer)).Status.ShouldBe(401);
        (await owner.GetAsync("/api/v1/tokens")).Body["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Its_scopes_narrow_what_it_may_and_outside_the_api_it_opens_nothing()
    {
        using var owner = await running.Product.EmployeeAsync("narrow-owner");
        var (reading, _) = await MakeAsync(owner, "read");
        var (using_, _) = await MakeAsync(owner, "desktops.use");
        using var script = new Person(running.Product.Url);
        var (read, use) = (("Authorization", $"Bearer {reading}"), ("Authorization", $"Bearer {using_}"));
        var wanted = new { template = "no-such-template", name = "by a script" };

        // One may not ask at all; the other may, and hears that there is no such template.
        var refused = await script.PostAsync("/api/v1/desktops", wanted, read);
        (refused.Status, refused.Code).ShouldBe((403, "insufficient_scope"));
        var understood = await script.PostAsync("/api/v1/desktops", wanted, use);
        (understood.Status, understood.Code).ShouldBe((422, "template_not_found"));
        var another = await script.PostAsync("/api/v1/tokens", new { name = "child", scopes = (string[])["read"], expiresAt = DateTimeOffset.UtcNow.AddDays(1) }, use);
        (another.Status, another.Code).ShouldBe((403, "session_required"));
        (await script.GetAsync("/api/v1/accounts", read)).Status.ShouldBe(403);

        (await script.GetAsync("/", use, ("Accept", "text/html"))).Status.ShouldNotBe(200);
        (await script.GetAsync("/internal/v1/keys", use)).Status.ShouldBe(404);
        (await script.GetAsync("/api/v1/me", ("Cookie", $"cws_session={using_}"))).Status.ShouldBe(401);
        (await owner.GetAsync("/api/v1/me", ("Authorization", $"Bearer {using_}x"))).Status.ShouldBe(401, "a bad token does not fall back to the cookie");
    }

    [Fact(Timeout = Limit)]
    public async Task A_service_account_works_by_its_token_and_hears_at_once_that_it_is_over()
    {
        using var admin = await running.Product.AdminAsync();
        var created = await admin.PostAsync("/api/v1/accounts", new { userName = "night-robot", kind = "service", purpose = "Tells of desktops at night" });
        created.Status.ShouldBe(201, created.ToString());
        var account = created.Body["account"]!["id"]!.GetValue<string>();
        var (text, id) = await MakeAsync(admin, "desktops.use", account);
        using var robot = new Person(running.Product.Url);
        var bearer = ("Authorization", $"Bearer {text}");

        var me = await robot.GetAsync("/api/v1/me", bearer);
        (me.Status, me.Body["userName"]!.GetValue<string>()).ShouldBe((200, "night-robot"));
        (await robot.GetAsync("/api/v1/desktops", bearer)).Status.ShouldBe(200);
        (await robot.PostAsync("/auth/sign-in", new { userName = "night-robot", password = text })).Status.ShouldBe(401);
        var listed = (await admin.GetAsync($"/api/v1/tokens?account={account}")).Body["items"]!.AsArray().ShouldHaveSingleItem()!;
        listed["lastUsedAt"].ShouldNotBeNull();

        using var events = await robot.EventsAsync(headers: bearer);
        (await admin.DeleteAsync("/api/v1/tokens/" + id)).Status.ShouldBe(204);
        (await robot.GetAsync("/api/v1/me", bearer)).Status.ShouldBe(401);
        await events.UntilEndAsync();
    }

    private static async Task<(string Text, string Id)> MakeAsync(Person person, string scope, string? account = null)
    {
        var made = await person.PostAsync("/api/v1/tokens", new { name = "script", scopes = (string[])[scope], expiresAt = DateTimeOffset.UtcNow.AddDays(1), account });
        made.Status.ShouldBe(201, made.ToString());
        return (made.Body["text"]!.GetValue<string>(), made.Body["token"]!["id"]!.GetValue<string>());
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> OnlyTokenAsync(Person person) =>
        (await person.GetAsync("/api/v1/tokens")).Body["items"]!.AsArray().ShouldHaveSingleItem()!;
}
