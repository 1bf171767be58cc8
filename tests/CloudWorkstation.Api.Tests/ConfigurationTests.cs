using System.Net.Http.Json;
using System.Text;
using CloudWorkstation.Api.Tests.Hosting;
using CloudWorkstation.Manager.Configuration;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Api.Tests;

public sealed class ConfigurationTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const int Timeout = 60_000;
    private const string Path = "/api/v1/configuration";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Admin => host.Admin.Client;

    [Fact(Timeout = Timeout)]
    public async Task A_file_is_tried_imported_and_exported_again()
    {
        const string File = """
            version: 1
            entitlements:
              - {id: one-plain, template: plain, maximum: 1}
            settings:
              mail: {host: mail.example.org, from: desktops@example.org}
            accounts:
              - {userName: imported, roles: [user], generatePassword: true}
            """;

        var plan = await (await PutAsync(File, "?dryRun=true")).ShouldBeAsync(200);
        plan["applied"]!.GetValue<bool>().ShouldBeFalse();
        plan["changes"]!.AsArray().Select(c => $"{c!.Text("action")} {c!.Text("kind")} {c!.Text("name")} {c!["line"]}").ShouldBe(["add entitlement one-plain 3", "add settings mail 5", "add account imported 7"]);

        var done = await (await PutAsync(File)).ShouldBeAsync(200);
        await host.SignInAsync("imported", done["passwords"]![0]!.Text("password"));
        (await (await PutAsync(File)).ShouldBeAsync(200))["changes"]!.AsArray().ShouldBeEmpty();

        using var export = await Admin.GetAsync(Path, Token);
        export.Content.Headers.ContentType!.MediaType.ShouldBe("application/yaml");
        var text = await export.Content.ReadAsStringAsync(Token);
        text.ShouldContain("host: mail.example.org");
        (await (await PutAsync(text, "?prune=true&dryRun=true")).ShouldBeAsync(200))["changes"]!.AsArray().ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task The_same_may_be_sent_as_JSON()
    {
        using var answer = await Admin.PutAsJsonAsync(Path + "?dryRun=true", new { version = 1, groups = new[] { new { name = "json", roles = new[] { "user" } } } }, Token);

        (await answer.ShouldBeAsync(200))["changes"]![0]!.Text("name").ShouldBe("json");
    }

    [Fact(Timeout = Timeout)]
    public async Task Everything_that_is_wrong_is_named_with_its_line_and_nothing_is_changed()
    {
        var problem = await (await PutAsync("version: 1\ngroups:\n  - {name: half, roles: [user]}\nroles:\n  - {name: a, permissions: [fly]}\nx: 1\n")).ShouldBeProblemAsync(422, "invalid");

        problem.Fields().ShouldBe(["x"]);
        problem = await (await PutAsync("version: 1\ngroups:\n  - {name: half, roles: [user]}\nroles:\n  - {name: a, permissions: [fly]}\n")).ShouldBeProblemAsync(422, "invalid");
        problem["errors"]![0]!.Text("message").ShouldStartWith("Line 5: ");
        (await Admin.GetStringAsync("/api/v1/groups", Token)).ShouldNotContain("half");
    }

    [Fact(Timeout = Timeout)]
    public async Task It_needs_the_permission_of_each_kind()
    {
        var user = await host.NewUserAsync();
        await (await user.Client.GetAsync(Path, Token)).ShouldBeProblemAsync(403, "forbidden");
        await (await PutAsync("version: 1\nroles:\n  - {name: settings-only, permissions: [platform.manage]}")).ShouldBeAsync(200);
        var limited = await host.NewUserAsync("settings-only");

        await (await PutAsync("version: 1\naccounts: []", client: limited.Client)).ShouldBeProblemAsync(403, "forbidden");
        await (await PutAsync("version: 1\ngroups: []", client: limited.Client)).ShouldBeProblemAsync(403, "forbidden");
        await (await PutAsync("version: 1\nsettings: {mail: {port: 26}}", "?dryRun=true", limited.Client)).ShouldBeAsync(200);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_no_such_file_is_refused()
    {
        await (await PutAsync("version: 1", mediaType: "text/plain")).ShouldBeProblemAsync(415, "unsupported_media_type");
        await (await PutAsync("version: 1", "?dryRun=perhaps")).ShouldBeProblemAsync(422, "invalid");
        using var latin = new HttpRequestMessage(HttpMethod.Put, Path) { Content = new ByteArrayContent([0x76, 0xE4]) };
        latin.Content.Headers.ContentType = new("application/yaml");
        await (await Admin.SendAsync(latin, Token)).ShouldBeProblemAsync(400, "malformed_request");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_list_of_sections_says_how_each_stands()
    {
        var sections = (await (await Admin.GetAsync("/api/v1/settings", Token)).ShouldBeAsync(200))["items"]!.AsArray();

        var mail = sections.Single(s => s!.Text("name") == "mail")!;
        mail["fixed"]!.GetValue<bool>().ShouldBeFalse();
        mail["problems"]!.AsArray().ShouldBeEmpty();
    }

    private async Task<HttpResponseMessage> PutAsync(string text, string query = "", HttpClient? client = null, string mediaType = "application/yaml")
    {
        using var content = new StringContent(text, Encoding.UTF8, mediaType);
        return await (client ?? Admin).PutAsync(Path + query, content, Token);
    }
}

/// <summary>What the docs say of the format is what the product reads.</summary>
public sealed class ConfigurationDocsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact(Timeout = 60_000)]
    public async Task The_example_can_be_imported_and_twice_changes_nothing()
    {
        var page = await File.ReadAllTextAsync(Repository.File("docs", "configuration.md"), TestContext.Current.CancellationToken);
        var example = page[(page.IndexOf("```yaml\n", StringComparison.Ordinal) + 8)..];
        example = example[..example.IndexOf("```", StringComparison.Ordinal)].Replace("template: local-vnc", "template: plain", StringComparison.Ordinal);
        var sources = new DocumentedSecrets();
        ConfigurationCheck.Run(host.Services.GetRequiredService<IEnumerable<SettingsSectionInfo>>(), example, sources).ShouldBeEmpty();
        var text = SecretSubstitution.Apply(example, sources);

        (await (await PutAsync(text)).ShouldBeAsync(200))["changes"]!.AsArray().Count.ShouldBeGreaterThan(6);
        (await (await PutAsync(text)).ShouldBeAsync(200))["changes"]!.AsArray().ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_schema_for_editors_is_made_of_the_code()
    {
        var file = Repository.File("docs", "configuration.schema.json");
        var schema = ConfigurationSchema.Write(host.Services.GetRequiredService<IEnumerable<SettingsSectionInfo>>());
        if (Environment.GetEnvironmentVariable("CWS_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(file, schema, TestContext.Current.CancellationToken);
            return;
        }

        schema.ShouldBe(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), "run this test with CWS_UPDATE_SNAPSHOTS=1 and commit docs/configuration.schema.json");
    }

    [Fact(Timeout = 10_000)]
    public async Task Secrets_are_put_where_they_are_named_and_lines_stay()
    {
        await Task.Yield();
        const string Text = "a:\n  password:\n    fromFile: x\n  key: {fromEnv: Y}\naccounts:\n  - userName: b\n    passwordFile: 'z'\nend: 1\n";

        SecretSubstitution.Apply(Text, new DocumentedSecrets()).ShouldBe(
            "a:\n  password:\n    {value: \"a good secret of x\"}\n  key: {value: \"a good secret of Y\"}\naccounts:\n  - userName: b\n    passwordFile: {value: \"a good secret of z\"}\nend: 1\n");
    }

    private async Task<HttpResponseMessage> PutAsync(string text)
    {
        using var content = new StringContent(text, Encoding.UTF8, "application/yaml");
        return await host.Admin.Client.PutAsync("/api/v1/configuration", content, TestContext.Current.CancellationToken);
    }

    private sealed class DocumentedSecrets : ISecretSources
    {
        public (string? Text, string? Refusal) Find(string how, string argument) => ("a good secret of " + argument, null);
    }
}

/// <summary>The operator starts the product with a file.</summary>
public sealed class StartConfigurationTests
{
    [Fact(Timeout = 120_000)]
    public async Task It_is_in_force_from_the_first_request_on_and_again_after_a_restart()
    {
        await using var host = new ConfiguredHost("version: 1\naccounts:\n  - {userName: operated, roles: [user], passwordFile: operated.password}\n");
        await host.InitializeAsync();

        await host.SignInAsync("operated", ApiHost.Password);
    }

    [Fact(Timeout = 120_000)]
    public async Task One_that_cannot_be_used_stops_the_start_and_says_where()
    {
        await using var host = new ConfiguredHost("version: 1\naccounts:\n  - {userName: operated, roles: [user], generatePassword: true}\n");

        var failure = await Should.ThrowAsync<InvalidOperationException>(async () => await host.InitializeAsync());

        failure.Message.ShouldContain("accounts[0].generatePassword: Line 3: Nobody would be told");
    }

    private sealed class ConfiguredHost(string text) : ApiHost
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings
        {
            get
            {
                var path = System.IO.Path.Combine(Data, "start.yaml");
                File.WriteAllText(path, text);
                File.WriteAllText(System.IO.Path.Combine(Data, "operated.password"), Password + "\n");
                return [KeyValuePair.Create("Configuration", path)];
            }
        }
    }
}
