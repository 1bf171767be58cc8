using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>Banned addresses and accounts stay out; an address that is refused again and again is banned by itself, unless its network is trusted.</summary>
public sealed class BanTests(BanTests.Host host) : IClassFixture<BanTests.Host>
{
    private const int Limit = 60_000;
    private const string Report = """{"bytesToBrowser":10,"bytesToDesktop":5}""";

    [Fact(Timeout = Limit)]
    public async Task A_banned_account_is_out_at_once_with_every_session_and_cannot_come_back()
    {
        var user = await host.NewUserAsync();
        var ban = await AddAsync(new { account = user.Name, reason = "told a joke", minutes = 30 });
        await (await user.Client.GetAsync("/api/v1/me")).ShouldBeProblemAsync(401, "unauthenticated");
        using var client = host.NewClient();

        using var refused = await client.SendAsync(SignIn(user.Name, ApiHost.Password));
        await refused.ShouldBeProblemAsync(403, "banned");
        refused.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(1, 30);

        await (await host.Admin.Client.DeleteAsync("/api/v1/bans/" + ban.Text("id"))).ShouldBeAsync(204);
        await (await client.SendAsync(SignIn(user.Name, ApiHost.Password))).ShouldBeAsync(200);
    }

    [Fact(Timeout = Limit)]
    public async Task A_banned_network_is_refused_whoever_asks_and_others_are_not()
    {
        var user = await host.NewUserAsync();
        await AddAsync(new { network = "198.51.100.0/24", reason = "scans us", minutes = 30 });
        using var client = host.NewClient();

        using var refused = await user.Client.SendAsync(From("198.51.100.77", HttpMethod.Get, "/api/v1/me"));
        await refused.ShouldBeProblemAsync(403, "banned");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await (await client.SendAsync(SignIn(user.Name, ApiHost.Password).With("X-Forwarded-For", "198.51.100.1"))).ShouldBeProblemAsync(403, "banned");
        await (await user.Client.SendAsync(From("198.51.101.77", HttpMethod.Get, "/api/v1/me"))).ShouldBeAsync(200);
    }

    [Fact(Timeout = Limit)]
    public async Task A_screen_that_is_open_from_a_network_ends_when_the_network_is_banned_and_others_do_not()
    {
        var user = await host.NewUserAsync();
        var id = (await user.BuiltDesktopAsync("Seen from outside")).Text("id");
        using var proxy = RecordedConnection.ProxyClient(host);
        var (there, elsewhere) = (await OpenAsync(user, id, "192.0.2.30", proxy), await OpenAsync(user, id, "192.0.2.31", proxy));
        await (await proxy.PostAsync(there + "/report", Answers.Json(Report))).ShouldBeAsync(204);

        await AddAsync(new { network = "192.0.2.30/32", reason = "a stolen laptop", minutes = 30 });

        await (await proxy.PostAsync(there + "/report", Answers.Json(Report))).ShouldBeProblemAsync(409, "signed-out");
        await (await proxy.PostAsync(elsewhere + "/report", Answers.Json(Report))).ShouldBeAsync(204);
    }

    [Fact(Timeout = Limit)]
    public async Task An_address_that_is_refused_again_and_again_is_banned_by_itself()
    {
        using var client = host.NewClient();
        for (var i = 0; i < Host.Refusals; i++)
        {
            await (await client.SendAsync(SignIn($"nobody{i}", "x").With("X-Forwarded-For", "203.0.113.66"))).ShouldBeProblemAsync(401, "invalid_credentials");
        }

        await client.SendAsync(SignIn("nobody", "x").With("X-Forwarded-For", "203.0.113.66"));
        await UntilAsync(async () => (await Bans()).Any(b => b!.Text("by") == "system" && b!.Text("network") == "203.0.113.66/32"));

        await (await client.SendAsync(SignIn("nobody", "x").With("X-Forwarded-For", "203.0.113.66"))).ShouldBeProblemAsync(403, "banned");
        await (await client.SendAsync(SignIn("nobody", "x").With("X-Forwarded-For", "203.0.113.67"))).ShouldBeProblemAsync(401, "invalid_credentials");
        var trail = await (await host.Admin.Client.GetAsync("/api/v1/audit?action=ban.create&actor=system")).ShouldBeAsync(200);
        trail["items"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_trusted_network_is_never_banned_by_itself()
    {
        using var client = host.NewClient();
        for (var i = 0; i < Host.Refusals * 2; i++)
        {
            await (await client.SendAsync(SignIn($"colleague{i}", "x").With("X-Forwarded-For", "10.20.30.40"))).ShouldBeProblemAsync(401, "invalid_credentials");
        }

        (await Bans()).ShouldNotContain(b => b!["network"] != null && b!.Text("network").StartsWith("10.", StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"account":"nobody-of-that-name","reason":"x","minutes":5}""", "account")]
    [InlineData("""{"network":"0.0.0.0/0","reason":"x","minutes":5}""", "network")]
    [InlineData("""{"network":"127.0.0.0/8","reason":"x","minutes":5}""", "network")]
    [InlineData("""{"network":"rubbish","reason":"x","minutes":5}""", "network")]
    [InlineData("""{"network":"192.0.2.0/24","reason":"","minutes":5}""", "reason")]
    [InlineData("""{"network":"192.0.2.0/24","reason":"x","minutes":0}""", "minutes")]
    [InlineData("""{"reason":"x","minutes":5}""", "account")]
    public async Task A_ban_that_makes_no_sense_is_refused(string body, string field)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bans").Body(body);
        (await (await host.Admin.Client.SendAsync(request)).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldContain(field);
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_bans_themselves_and_who_may_only_look_bans_nobody()
    {
        var support = await host.NewUserAsync("support");

        (await (await host.Admin.Client.PostAsJsonAsync("/api/v1/bans", new { account = host.Admin.Name, reason = "x", minutes = 5 })).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["account"]);
        await (await support.Client.GetAsync("/api/v1/bans")).ShouldBeAsync(200);
        await (await support.Client.PostAsJsonAsync("/api/v1/bans", new { account = host.Admin.Name, reason = "x", minutes = 5 })).ShouldBeProblemAsync(403, "forbidden");
        var user = await host.NewUserAsync();
        await (await user.Client.GetAsync("/api/v1/bans")).ShouldBeProblemAsync(403, "forbidden");
    }

    /// <summary>The path of a connection that the proxy has opened.</summary>
    private static async Task<string> OpenAsync(TestUser user, string desktop, string address, HttpClient proxy)
    {
        var granted = await (await user.Client.SendAsync(From(address, HttpMethod.Post, $"/api/v1/desktops/{desktop}/connections"))).ShouldBeAsync(201);
        var path = "/internal/v1/connections/" + granted.Text("id");
        await (await proxy.PostAsync(path + "/open", null)).ShouldBeAsync(200);
        return path;
    }

    private static HttpRequestMessage From(string address, HttpMethod method, string path) => new HttpRequestMessage(method, path).With("X-Forwarded-For", address);

    private static HttpRequestMessage SignIn(string userName, string password) =>
        new HttpRequestMessage(HttpMethod.Post, "/auth/sign-in").Body($$"""{"userName":"{{userName}}","password":"{{password}}"}""");

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task<JsonNode> AddAsync(object ban) => await (await host.Admin.Client.PostAsJsonAsync("/api/v1/bans", ban)).ShouldBeAsync(201);

    private async Task<JsonArray> Bans() => (await (await host.Admin.Client.GetAsync("/api/v1/bans")).ShouldBeAsync(200))["items"]!.AsArray();

    public sealed class Host : ApiHost
    {
        public const int Refusals = 15;

        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Bans:Refusals", $"{Refusals}"), new("Bans:TrustedNetworks", "10.0.0.0/8")];
    }
}

/// <summary>Limits of one person, whatever the number of sessions.</summary>
public sealed class AccountLimitTests(AccountLimitTests.Host host) : IClassFixture<AccountLimitTests.Host>
{
    [Fact(Timeout = 60_000)]
    public async Task More_sessions_do_not_get_an_account_more_requests()
    {
        var user = await host.NewUserAsync();
        var again = await host.SignInAsync(user.Name, ApiHost.Password);
        var answers = await Task.WhenAll(Enumerable.Range(0, Host.PerAccount * 30).Select(i => (i % 2 == 0 ? user : again).Client.GetAsync("/api/v1/templates")));

        var refused = answers.Where(a => (int)a.StatusCode == 429).ToList();
        refused.ShouldNotBeEmpty();
        await refused[0].ShouldBeProblemAsync(429, "rate_limited");
        refused[0].Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task Changes_to_desktops_are_limited_for_each_account_and_reading_is_not()
    {
        var (user, other) = (await host.NewUserAsync(), await host.NewUserAsync());
        for (var i = 0; i < Host.Operations; i++)
        {
            await (await user.Client.DeleteAsync("/api/v1/desktops/abcdefghijkl")).ShouldBeProblemAsync(404, "not_found");
        }

        using var refused = await user.Client.DeleteAsync("/api/v1/desktops/abcdefghijkl");
        await refused.ShouldBeProblemAsync(429, "rate_limited");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await (await user.Client.GetAsync("/api/v1/desktops")).ShouldBeAsync(200);
        await (await other.Client.DeleteAsync("/api/v1/desktops/abcdefghijkl")).ShouldBeProblemAsync(404, "not_found");
    }

    public sealed class Host : ApiHost
    {
        public const int PerAccount = 10;
        public const int Operations = 5;

        protected override IEnumerable<KeyValuePair<string, string>> Settings => [new("Rate:PerAccount", $"{PerAccount}"), new("Rate:OperationsPerAccount", $"{Operations}")];
    }
}
