using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Tests.Hosting;

namespace CloudWorkstation.Api.Tests;

/// <summary>An installation whose first administrator is made on the set-up page.</summary>
public sealed class ClaimTests
{
    private const int Timeout = 120_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Only_the_code_makes_the_first_administrator_and_only_once()
    {
        await using var host = new WaitingHost();
        await host.StartAsync();
        using var stranger = host.NewClient();
        (await OffersSetupAsync(stranger)).ShouldBeTrue();
        File.Exists(Path.Combine(host.Data, "first-admin.json")).ShouldBeFalse();
        File.GetUnixFileMode(host.CodeFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var code = (await File.ReadAllTextAsync(host.CodeFile, Token)).Trim();

        await (await ClaimAsync(stranger, "wrong-code", "mallory")).ShouldBeProblemAsync(401, "invalid_credentials");
        await (await ClaimAsync(stranger, "", "mallory")).ShouldBeProblemAsync(401, "invalid_credentials");
        (await (await ClaimAsync(stranger, code, "a b", "short")).ShouldBeProblemAsync(422, "invalid")).Fields().ShouldBe(["userName", "password"]);
        var claimed = await ClaimAsync(stranger, " " + code.ToUpperInvariant(), "root");

        (await claimed.ShouldBeAsync(200))["account"]!["roles"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["user", "admin"]);
        claimed.Cookie("cws_session").ShouldNotBeEmpty();
        File.Exists(host.CodeFile).ShouldBeFalse();
        (await OffersSetupAsync(stranger)).ShouldBeFalse();
        await (await ClaimAsync(stranger, code, "mallory")).ShouldBeProblemAsync(409, "conflict");
        var admin = await host.SignInAsync("root", ApiHost.Password);
        (await admin.Client.GetStringAsync("/api/v1/audit", Token)).ShouldContain("setup.claim");
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_two_who_claim_at_once_one_gets_it()
    {
        await using var host = new WaitingHost();
        await host.StartAsync();
        var code = await File.ReadAllTextAsync(host.CodeFile, Token);
        using var client = host.NewClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => ClaimAsync(client, code, $"root{n}")));

        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(1);
        answers.Where(a => !a.IsSuccessStatusCode).ShouldAllBe(a => (int)a.StatusCode == 401 || (int)a.StatusCode == 409);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_password_that_the_operator_sets_goes_before_the_page()
    {
        await using var host = new WaitingHost("FirstAdmin:Password", ApiHost.Password);
        await host.StartAsync();
        using var client = host.NewClient();

        (await OffersSetupAsync(client)).ShouldBeFalse();
        File.Exists(host.CodeFile).ShouldBeFalse();
    }

    private static Task<HttpResponseMessage> ClaimAsync(HttpClient client, string code, string userName, string password = ApiHost.Password) =>
        client.PostAsJsonAsync("/auth/setup", new { code, userName, password }, Token);

    private static async Task<bool> OffersSetupAsync(HttpClient client) => (await client.GetFromJsonAsync<JsonNode>("/auth/providers", Token))!["setup"]!.GetValue<bool>();

    private sealed class WaitingHost(string name = "FirstAdmin:UserName", string value = "admin") : ApiHost
    {
        public string CodeFile => Path.Combine(Data, "setup-code");

        protected override bool HasFirstAdmin => false;

        protected override IEnumerable<KeyValuePair<string, string>> Settings => [KeyValuePair.Create("FirstAdmin:Wizard", "true"), KeyValuePair.Create(name, value)];

        public async Task StartAsync() => await InitializeAsync();
    }
}

public sealed class SetupTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Timeout = 60_000;
    private const string Path = "/api/v1/setup";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Steps_are_done_by_what_was_done_or_skipped_and_the_list_can_be_put_away()
    {
        var admin = host.Admin.Client;
        var fresh = await (await admin.GetAsync(Path, Token)).ShouldBeAsync(200);
        States(fresh).ShouldBe("admin: open, provider: open, directory: open, mail: open, entitlement: open, desktop: open");

        (await admin.PutAsJsonAsync("/api/v1/settings/mail", new { host = "mail.example.org", from = "desktops@example.org" }, Token)).EnsureSuccessStatusCode();
        (await admin.PutAsJsonAsync("/api/v1/entitlements/first", new { template = "plain", maximum = 1 }, Token)).EnsureSuccessStatusCode();
        var skipped = await (await admin.PutAsJsonAsync(Path, new { steps = new { provider = "skipped", directory = "skipped", admin = "done" } }, Token)).ShouldBeAsync(200);
        States(skipped).ShouldBe("admin: done, provider: skipped, directory: skipped, mail: done, entitlement: done, desktop: open");
        skipped["finished"]!.GetValue<bool>().ShouldBeFalse();

        var away = await (await admin.PutAsJsonAsync(Path, new { dismissed = true }, Token)).ShouldBeAsync(200);
        away["finished"]!.GetValue<bool>().ShouldBeTrue();
        States(away).ShouldEndWith("desktop: open");
    }

    [Fact(Timeout = Timeout)]
    public async Task It_is_for_those_who_manage_the_platform_and_knows_its_steps()
    {
        var user = await host.NewUserAsync();
        await (await user.Client.GetAsync(Path, Token)).ShouldBeProblemAsync(403, "forbidden");
        (await (await host.Admin.Client.PutAsJsonAsync(Path, new { steps = new { mall = "done", mail = "perhaps" } }, Token)).ShouldBeProblemAsync(422, "invalid"))
            .Fields().ShouldBe(["steps.mall", "steps.mail"]);
    }

    private static string States(JsonNode progress) => string.Join(", ", progress["steps"]!.AsArray().Select(s => $"{s!.Text("name")}: {s!.Text("state")}"));
}
