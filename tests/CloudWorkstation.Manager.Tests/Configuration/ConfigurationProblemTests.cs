namespace CloudWorkstation.Manager.Tests.Configuration;

/// <summary>What can be wrong with a file: each row names the line and says what to do.</summary>
public sealed class ConfigurationProblemTests
{
    private const int Timeout = 60_000;

    public static TheoryData<string, string> Rows => new()
    {
        { "", "|The file is empty. It begins with `version: 1`." },
        { "- a", "|Line 1: The file must begin with keys such as `version: 1`." },
        { "version: 1\n---\nversion: 1", "|The file has 2 documents; write exactly one." },
        { "version: 1\nroles: [", "|Line 3: This is no YAML" },
        { "version: 1\na: &x [1]\nb: *x", "|Line 3: Aliases (*name) are not taken. Write the value out." },
        { "version: 1\nversion: 1", "|Line 2: This is no YAML" },
        { "version: 1\nx: " + new string('[', 40) + new string(']', 40), "|Line 2: Nested deeper than 24 levels." },
        { "entitlements: []", "version|Line 1: is missing." },
        { "version: 2", "version|Line 1: This product reads version 1." },
        { "version: one", "version|Line 1: must be a whole number; this is 'one'." },
        { "version: 1\nrole: []", "role|Line 2: is not known here. Known: version, entitlements, roles, groups, accounts, settings." },
        { "version: 1\nroles: {}", "roles|Line 2: must be a list: `- …` lines, or `[a, b]`." },
        { "version: 1\nroles:\n  - name: a\n    permission: [x]", "roles[0].permission|Line 4: is not known here. Known: name, description, permissions, entitlements." },
        { "version: 1\nroles:\n  - permissions: []", "roles[0].name|Line 3: is missing." },
        { "version: 1\nroles:\n  - name: a\n    permissions: [desktops.fly]", "roles[0].permissions|Line 4: 'desktops.fly' is not known." },
        { "version: 1\nroles:\n  - {name: a}\n  - {name: a}", "roles[1].name|Line 4: 'a' stands there twice." },
        { "version: 1\nroles:\n  - name: A b", "roles[0].name|Line 3: It has 1 to 64 characters" },
        { "version: 1\nroles:\n  - name: admin\n    permissions: []", "roles[0].permissions|Line 4: What the built-in role 'admin' allows is fixed" },
        { "version: 1\nentitlements:\n  - id: x\n    template: none-such", "entitlements[0].template|Line 4: There is no template of this name." },
        { "version: 1\nentitlements:\n  - id: x\n    template: tiny\n    maximum: many", "entitlements[0].maximum|Line 5: must be a whole number; this is 'many'." },
        { "version: 1\nentitlements:\n  - id: x\n    template: tiny\n    maximum: 99999999999", "entitlements[0].maximum|Line 5: must be a whole number; this is '99999999999'." },
        { "version: 1\nentitlements:\n  - id: x\n    template: tiny\n    maximum: 1001", "entitlements[0].maximum|Line 5: The maximum is 1001" },
        { "version: 1\ngroups:\n  - name: g\n    roles: [none-such]", "groups[0].roles|Line 4: 'none-such' is not known." },
        { "version: 1\ngroups:\n  - name: g\n    roles:", "groups[0].roles|Line 4: must be a list, and is empty." },
        { "version: 1\naccounts:\n  - userName: a b\n    roles: [user]", "accounts[0].userName|Line 3: A user name has 1 to 64 characters" },
        { "version: 1\naccounts:\n  - userName: ada\n    roles: []", "accounts[0].roles|Line 4: At least one role" },
        { "version: 1\naccounts:\n  - userName: ada\n    roles: [user]\n    email: nobody", "accounts[0].email|Line 5: An e-mail address looks like" },
        { "version: 1\naccounts:\n  - {userName: ada, roles: [user]}\n  - {userName: ADA, roles: [user]}", "accounts[1].userName|Line 4: 'ada' stands there twice." },
        { "version: 1\naccounts:\n  - userName: ada\n    roles: [user]\n    password: hush", "accounts[0].password|Line 5: is not known here." },
        { "version: 1\naccounts:\n  - userName: ada\n    roles: [user]\n    disabled: yes", "accounts[0].disabled|Line 5: must be true or false; this is 'yes'." },
        { "version: 1\naccounts:\n  - userName: ada\n    roles: [user]\n    passwordFile: {value: short}", "accounts[0].passwordFile|Line 5: " },
        { "version: 1\naccounts:\n  - userName: ada\n    roles: [user]\n    passwordFile: /etc/hostname", "accounts[0].passwordFile|Line 5: The api reads no files" },
        { "version: 1\nsettings:\n  none-such: {}", "settings.none-such|Line 3: is not known here. Known: " },
        { "version: 1\nsettings:\n  sample:\n    hosts: a", "settings.sample.hosts|Line 4: is not known here. Known: host, port, colour, password, items." },
        { "version: 1\nsettings:\n  sample:\n    port: 0", "settings.sample.port|Line 4: The port must be 1 or more." },
        { "version: 1\nsettings:\n  sample:\n    colour: green", "settings.sample.colour|Line 4: must be one of red, darkBlue; this is 'green'." },
        { "version: 1\nsettings:\n  sample:\n    password: hush", "settings.sample.password|Line 4: is a secret. Write {fromFile: PATH}" },
        { "version: 1\nsettings:\n  sample:\n    password: {fromEnv: HOME}", "settings.sample.password|Line 4: The api reads no files and no variables" },
        { "version: 1\nsettings:\n  sample:\n    items:\n      - key: {value: x}\n      - name: ''", "settings.sample.items[1].name|Line 6: Give it a name." },
        { "version: 1\nsettings:\n  sample: 5", "settings.sample|Line 3: must have members, `name: value`." },
    };

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Rows))]
    public async Task It_is_named_with_its_line(string text, string expected)
    {
        using var host = await new ConfigurationHost().WithAdminAsync();
        var before = await host.ExportAsync();

        var problems = await host.ProblemsAsync(text);

        problems.ShouldContain(p => p.StartsWith(expected, StringComparison.Ordinal), string.Join("\n", problems));
        (await host.ExportAsync()).ShouldBe(before);
    }

    [Fact(Timeout = Timeout)]
    public async Task All_of_them_are_named_at_once()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();

        var problems = await host.ProblemsAsync("version: 1\nx: 1\nroles:\n  - {name: a, y: 2}\nsettings:\n  sample: {port: many, z: 3}\n");

        problems.Select(p => p.Split('|')[0]).ShouldBe(["x", "roles[0].y", "settings.sample.port", "settings.sample.z"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_file_can_be_looked_at_without_its_secrets()
    {
        using var host = await new ConfigurationHost().WithAdminAsync();

        host.Files.Validate("version: 1\nsettings:\n  sample:\n    password: {fromFile: /none/such}\n    items: [{name: a, key: {set: true}}]").ShouldBeEmpty();
        host.Files.Validate("version: 1\nsettings:\n  sample:\n    password: {value: hush}\n    port: -1").Select(p => p.ToString()).ShouldBe(
            ["line 4: settings.sample.password: A secret does not belong into the file. Write {fromFile: PATH} or {fromEnv: NAME}."]);
    }
}
