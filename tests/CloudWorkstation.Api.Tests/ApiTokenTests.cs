using System.Net;
using System.Net.Http.Json;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

public sealed class ApiTokenTests(ApiHost host)
{
    /// <summary>Changing endpoints that no token may call, whatever its scopes.</summary>
    private static readonly string[] ForSessionsAlone =
    [
        "DELETE /api/v1/tokens/{id}", "POST /api/v1/desktops/{id}/connections", "POST /api/v1/me/password", "POST /api/v1/me/proof", "POST /api/v1/me/second-factor/confirmation",
        "POST /api/v1/me/second-factor/enrolment", "POST /api/v1/me/second-factor/recovery-codes", "POST /api/v1/me/second-factor/removal", "POST /api/v1/tokens",
    ];

    [Fact(Timeout = 60_000)]
    public async Task A_token_is_shown_once_and_calls_the_api()
    {
        var user = await host.NewUserAsync();
        using var made = await MakeAsync(user, "desktops.use");
        var body = await made.ShouldBeAsync(201);
        using var client = ClientOf(body.Text("text"));

        using var me = await client.GetAsync("/api/v1/me");
        var who = await me.ShouldBeAsync(200);
        who.Text("userName").ShouldBe(user.Name);
        who["session"].ShouldBeNull();
        who["permissions"]!.AsArray().Select(p => p!.GetValue<string>()).ShouldBe(["desktops.use"]);
        using var created = await client.PostAsJsonAsync("/api/v1/desktops", new { template = "plain", name = "by token" });
        await created.ShouldBeAsync(202);

        using var listed = await user.Client.GetAsync("/api/v1/tokens");
        var seen = (await listed.ShouldBeAsync(200))["items"]!.AsArray().ShouldHaveSingleItem()!;
        seen.Text("prefix").ShouldBe(body.Text("text")[..17]);
        seen.Text("lastUsedAt").ShouldNotBeEmpty();
        seen.ToJsonString().ShouldNotContain(body.Text("text"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_to_read_changes_nothing()
    {
        var user = await host.NewUserAsync();
        using var client = await TokenOfAsync(user, "read");

        using var read = await client.GetAsync("/api/v1/desktops");
        await read.ShouldBeAsync(200);
        using var create = await client.PostAsJsonAsync("/api/v1/desktops", new { template = "plain", name = "no" });
        await create.ShouldBeProblemAsync(403, "insufficient_scope");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_for_one_thing_does_not_do_another()
    {
        using var client = await TokenOfAsync(host.Admin, "audit.read");

        using var audit = await client.GetAsync("/api/v1/audit");
        await audit.ShouldBeAsync(200);
        using var desktops = await client.GetAsync("/api/v1/desktops");
        await desktops.ShouldBeProblemAsync(403, "insufficient_scope");
        using var accounts = await client.PostAsJsonAsync("/api/v1/accounts", new { userName = "never" });
        accounts.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_makes_no_token_and_opens_no_screen_and_changes_no_password()
    {
        var user = await host.NewUserAsync();
        using var client = await TokenOfAsync(user, "desktops.use", "read");

        using var token = await client.PostAsJsonAsync("/api/v1/tokens", new { name = "child", scopes = new[] { "read" }, expiresAt = DateTimeOffset.UtcNow.AddDays(1) });
        await token.ShouldBeProblemAsync(403, "session_required");
        using var screen = await client.PostAsync("/api/v1/desktops/abcdefghij12/connections", null);
        await screen.ShouldBeProblemAsync(403, "session_required");
        using var password = await client.PostAsJsonAsync("/api/v1/me/password", new { currentPassword = ApiHost.Password, newPassword = "another passphrase" });
        await password.ShouldBeProblemAsync(403, "session_required");
        using var factor = await client.GetAsync("/api/v1/me/second-factor");
        await factor.ShouldBeProblemAsync(403, "session_required");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_is_taken_from_the_header_below_api_and_from_nowhere_else()
    {
        var user = await host.NewUserAsync();
        var text = (await (await MakeAsync(user, "read")).ShouldBeAsync(201)).Text("text");
        using var client = host.NewClient();

        using var cookie = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/me").With("Cookie", "cws_session=" + text));
        await cookie.ShouldBeProblemAsync(401, "unauthenticated");
        using var both = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/me").With("Authorization", "Bearer " + text + "x").With("Cookie", "cws_session=" + user.Token));
        await both.ShouldBeProblemAsync(401, "unauthenticated");
        using var inside = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/internal/v1/keys").With("Authorization", "Bearer " + text));
        await inside.ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_ends_when_its_token_is_revoked()
    {
        var user = await host.NewUserAsync();
        var made = await (await MakeAsync(user, "read")).ShouldBeAsync(201);
        using var client = ClientOf(made.Text("text"));
        using var events = await EventReader.OpenAsync(client, "/api/v1/events");

        using var revoked = await user.Client.DeleteAsync("/api/v1/tokens/" + made["token"]!.Text("id"));
        await revoked.ShouldBeAsync(204);

        (await events.UntilAsync(e => e.Event == "session")).Data["ended"]!.GetValue<bool>().ShouldBeTrue();
        (await events.NextAsync()).ShouldBeNull();
        using var after = await client.GetAsync("/api/v1/me");
        await after.ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_ends_when_the_account_of_its_token_is_disabled()
    {
        var user = await host.NewUserAsync();
        using var client = await TokenOfAsync(user, "read");
        using var events = await EventReader.OpenAsync(client, "/api/v1/events");

        using var disabled = await host.Admin.Client.PatchAsJsonAsync("/api/v1/accounts/" + user.Id, new { disabled = true });
        await disabled.ShouldBeAsync(200);

        (await events.UntilAsync(e => e.Event == "session")).Data["ended"]!.GetValue<bool>().ShouldBeTrue();
        using var after = await client.GetAsync("/api/v1/me");
        await after.ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_service_account_works_by_its_token_and_cannot_sign_in()
    {
        using var created = await host.Admin.Client.PostAsJsonAsync("/api/v1/accounts", new { userName = "robot-1", kind = "service", purpose = "Tests" });
        var account = (await created.ShouldBeAsync(201))["account"]!;
        account.Text("kind").ShouldBe("service");
        using var made = await MakeAsync(host.Admin, ["desktops.use"], account.Text("id"));
        using var client = ClientOf((await made.ShouldBeAsync(201)).Text("text"));

        using var me = await client.GetAsync("/api/v1/me");
        (await me.ShouldBeAsync(200)).Text("userName").ShouldBe("robot-1");
        using var signIn = await host.NewClient().PostAsJsonAsync("/auth/sign-in", new { userName = "robot-1", password = "" });
        await signIn.ShouldBeProblemAsync(401, "invalid_credentials");
    }

    /// <summary>An endpoint that somebody adds tomorrow is closed to tokens until its table says which permission opens it.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Every_endpoint_that_changes_something_names_its_permission_or_is_for_sessions_alone()
    {
        await Task.Yield();
        var closed = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && e.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(m => (Method: m, Endpoint: e)))
            .Where(e => e.Method != "GET" && (TokenGate.PermissionsOf(e.Endpoint.Metadata).Count == 0 || e.Endpoint.Metadata.GetMetadata<SignedInOnly>() is not null))
            .Select(e => $"{e.Method} {e.Endpoint.RoutePattern.RawText!.TrimEnd('/')}").ToList();

        ForSessionsAlone.Except(closed, StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static Task<HttpResponseMessage> MakeAsync(TestUser user, params string[] scopes) => MakeAsync(user, scopes, null);

    private static Task<HttpResponseMessage> MakeAsync(TestUser user, string[] scopes, string? account) =>
        user.Client.PostAsJsonAsync("/api/v1/tokens", new { name = "script", scopes, expiresAt = DateTimeOffset.UtcNow.AddDays(1), account });

    private async Task<HttpClient> TokenOfAsync(TestUser user, params string[] scopes)
    {
        using var made = await MakeAsync(user, scopes);
        return ClientOf((await made.ShouldBeAsync(201)).Text("text"));
    }

    private HttpClient ClientOf(string token)
    {
        var client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }
}
