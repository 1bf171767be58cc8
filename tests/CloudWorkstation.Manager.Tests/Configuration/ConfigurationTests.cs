using CloudWorkstation.Manager.Configuration;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Tests.Accounts;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Configuration;

public sealed class ConfigurationTests
{
    private const int Timeout = 60_000;

    private const string Whole = """
        version: 1
        entitlements:
          - {id: two-tiny, description: "Two: for a start", template: tiny, maximum: 2}
          - {id: every-template, template: "*"}
        roles:
          - name: engineer
            permissions: [desktops.read]
            entitlements: [two-tiny]
          - name: user
            entitlements: [every-template]
        groups:
          - name: Engineers & friends
            roles: [engineer]
        settings:
          sample:
            host: mail.example.org
            colour: darkBlue
            password: {value: hush-hush}
            items:
              - name: first
                key: {value: quiet}
              - name: "123"
        accounts:
          - {userName: root, roles: [user, admin]}
          - userName: ada
            displayName: Ada Lovelace
            email: ada@example.org
            roles: [user]
            groups: [Engineers & friends]
            generatePassword: true
          - {userName: gone, roles: [user], disabled: true}
        """;

    [Fact(Timeout = Timeout)]
    public async Task An_export_makes_an_empty_installation_the_same()
    {
        using var first = await new ConfigurationHost().WithAdminAsync();
        (await first.ImportAsync(Whole)).Problem.ShouldBeNull();
        var export = await first.ExportAsync();
        export.ShouldNotContain("hush");

        using var second = await new ConfigurationHost().WithAdminAsync();
        var withSecrets = export.Replace("password: {set: true}", "password: {value: hush-hush}").Replace("key: {set: true}", "key: {value: quiet}");
        (await second.ImportAsync(withSecrets, prune: true)).Problem.ShouldBeNull();

        (await second.ExportAsync()).ShouldBe(export);
        (await second.Accounts.Service<ISettings<ConfigurationHost.Sample>>().ReadAsync(AccountsHost.Token)).Value.Items[0].Key!.Reveal().ShouldBe("quiet");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_second_import_changes_nothing()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();
        var first = (await host.ImportAsync(Whole)).Value;
        first.Applied.ShouldBeTrue();
        first.Passwords.ShouldHaveSingleItem().UserName.ShouldBe("ada");
        (await host.Accounts.SignInAsync("ada", first.Passwords[0].Password)).Succeeded.ShouldBeTrue();
        var told = (await host.Accounts.AuditAsync()).Count;

        var second = (await host.ImportAsync(Whole)).Value;

        second.Changes.ShouldBeEmpty();
        second.Passwords.ShouldBeEmpty();
        (await host.Accounts.AuditAsync()).Count.ShouldBe(told);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_dry_run_tells_the_changes_and_makes_none()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();
        var before = await host.ExportAsync();

        var plan = (await host.ImportAsync(Whole, dryRun: true)).Value;

        plan.Applied.ShouldBeFalse();
        plan.Changes.Select(c => $"{c.Action} {c.Kind} {c.Name} ({string.Join(", ", c.Fields)}) at {c.Line}").ShouldBe(
        [
            "add entitlement two-tiny () at 3",
            "change entitlement every-template (description) at 4",
            "add role engineer () at 6",
            "add group Engineers & friends () at 12",
            "add settings sample (colour, host, items, password) at 16",
            "add account ada () at 25",
            "add account gone () at 31",
        ]);
        (await host.ExportAsync()).ShouldBe(before);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_a_kind_does_not_name_goes_only_when_asked_for_and_other_kinds_stay()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();
        await host.ImportAsync(Whole);
        const string Less = """
            version: 1
            groups: []
            roles:
              - {name: user, entitlements: [every-template]}
            accounts:
              - {userName: root, roles: [admin]}
            """;

        (await host.ImportAsync(Less)).Value.Changes.ShouldBeEmpty();
        var pruned = (await host.ImportAsync(Less, prune: true)).Value;

        pruned.Changes.Select(c => $"{c.Action} {c.Kind} {c.Name}").ShouldBe(["remove group Engineers & friends", "remove role engineer", "remove account ada"]);
        var export = await host.ExportAsync();
        export.ShouldContain("two-tiny");
        export.ShouldContain("mail.example.org");
        (await host.Accounts.SignInAsync("ada")).Succeeded.ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task The_last_administrator_stays()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();

        (await host.ProblemsAsync("version: 1\naccounts:\n  - {userName: root, roles: [user]}")).ShouldHaveSingleItem().ShouldStartWith("accounts|Line 3: No enabled administrator would be left: root");
        (await host.ProblemsAsync("version: 1\naccounts: []", prune: true)).ShouldHaveSingleItem().ShouldContain("No enabled administrator");
        (await host.ImportAsync("version: 1\naccounts:\n  - {userName: root, roles: [user]}\n  - {userName: heir, roles: [admin], generatePassword: true}")).Problem.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Stopped_at_any_commit_and_run_again_it_ends_as_the_file_says()
    {
        using var whole = await new ConfigurationHost().WithAdminAsync();
        await whole.ImportAsync(Whole);
        var expected = await whole.ExportAsync();
        for (var stop = 1; ; stop++)
        {
            CuttableStore? wire = null;
            using var host = await new ConfigurationHost(over: inner => wire = new CuttableStore(inner)).WithAdminAsync();
            var commits = 0;
            wire!.BeforeCommit = _ =>
            {
                if (++commits == stop)
                {
                    throw new IOException("killed");
                }
            };
            try
            {
                await host.ImportAsync(Whole);
                wire.BeforeCommit = null;
                (await host.ExportAsync()).ShouldBe(expected);
                stop.ShouldBeGreaterThan(4);
                return;
            }
            catch (IOException)
            {
                wire.BeforeCommit = null;
            }

            var half = await host.ExportAsync();
            half.Contains("two-tiny", StringComparison.Ordinal).ShouldBe(half.Contains("Engineers", StringComparison.Ordinal), "the access rules change together");
            (await host.ImportAsync(Whole)).Problem.ShouldBeNull();
            (await host.ExportAsync()).ShouldBe(expected);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_secret_that_is_kept_needs_one_that_is_set()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();

        (await host.ProblemsAsync("version: 1\nsettings:\n  sample:\n    password: {set: true}"))
            .ShouldBe(["settings.sample.password|Line 4: is {set: true}, and none is set here. Write {fromFile: PATH} or {fromEnv: NAME}."]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Secrets_come_from_files_and_variables_of_the_machine_that_imports()
    {
        var directory = Directory.CreateTempSubdirectory("cws-configuration-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "mail.secret"), "from a file\n", AccountsHost.Token);
            Environment.SetEnvironmentVariable("CWS_TEST_CONFIGURATION_KEY", "from a variable");
            using var host = await new ConfigurationHost().WithAdminAsync();
            const string Text = "version: 1\nsettings:\n  sample:\n    password:\n      fromFile: mail.secret\n    items: [{name: a, key: {fromEnv: CWS_TEST_CONFIGURATION_KEY}}]\n";

            (await host.ImportAsync(Text, secrets: new SecretsOfThisMachine(directory))).Problem.ShouldBeNull();

            var stored = (await host.Accounts.Service<ISettings<ConfigurationHost.Sample>>().ReadAsync(AccountsHost.Token)).Value;
            stored.Password!.Reveal().ShouldBe("from a file");
            stored.Items[0].Key!.Reveal().ShouldBe("from a variable");
            (await host.ImportAsync(Text, secrets: new SecretsOfThisMachine(directory))).Value.Changes.ShouldBeEmpty();
            (await host.ProblemsAsync(Text)).Count.ShouldBe(2, "a client of the api cannot read the server's files");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_section_that_the_operator_fixes_is_left_out_and_not_changed()
    {
        using var host = await new ConfigurationHost(new Dictionary<string, string?> { ["Accounts:PasswordIterations"] = "1000", ["Settings:Sample:Port"] = "26" }).WithAdminAsync();

        (await host.ExportAsync()).ShouldNotContain("settings:");
        (await host.ImportAsync("version: 1\nsettings: {sample: {port: 26}}")).Value.Changes.ShouldBeEmpty();
        (await host.ProblemsAsync("version: 1\nsettings: {sample: {port: 27}}")).ShouldHaveSingleItem().ShouldContain("operator");
    }

    [Fact(Timeout = Timeout)]
    public async Task Many_rules_change_in_one_commit()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();
        var text = "version: 1\nentitlements:\n" + string.Concat(Enumerable.Range(0, 300).Select(n => $"  - {{id: e{n}, template: tiny}}\n"));

        (await host.ImportAsync(text)).Value.Changes.Count.ShouldBe(300);

        (await host.Accounts.AuditAsync()).Count(e => e.Action == "access.import").ShouldBe(1);
        (await host.ExportAsync()).ShouldContain("id: e299");
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_gives_more_by_a_file_than_they_have()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();
        await host.ImportAsync("version: 1\nroles:\n  - {name: operator, permissions: [platform.manage, accounts.manage, accounts.read]}");
        await host.Accounts.CreateAsync("olga", AccountsHost.GoodPassword, "operator");
        var olga = await host.Accounts.ActorAsync((await host.Accounts.SignInAsync("olga")).Value);

        (await host.ImportAsync("version: 1\naccounts:\n  - {userName: eve, roles: [admin], generatePassword: true}", actor: olga)).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("permissions that you do not have");
        (await host.ImportAsync("version: 1\ngroups: []", actor: olga)).Problem!.Code.ShouldBe("forbidden");
        (await host.Files.ExportAsync(olga, AccountsHost.Token)).Problem!.Code.ShouldBe("forbidden", "without access.read");
    }
}
