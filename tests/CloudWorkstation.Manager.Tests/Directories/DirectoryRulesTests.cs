using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Settings;

namespace CloudWorkstation.Manager.Tests.Directories;

public sealed class DirectoryRulesTests
{
    private const int Timeout = 30_000;

    private static readonly DirectorySettings Good = new()
    {
        Name = "corp",
        Url = "ldaps://ldap.example.org",
        BindDn = "cn=search,dc=example,dc=org",
        BindPassword = Secret.Of("secret"),
        BaseDn = "ou=people,dc=example,dc=org",
    };

    public static TheoryData<string, DirectorySettings> Broken => new()
    {
        { "name", Good with { Name = "Corp One" } },
        { "name", Good with { Name = "" } },
        { "title", Good with { Title = new string('x', 65) } },
        { "timeoutSeconds", Good with { TimeoutSeconds = 0 } },
        { "timeoutSeconds", Good with { TimeoutSeconds = 31 } },
        { "url", Good with { Url = "http://ldap.example.org" } },
        { "url", Good with { Url = "ldap.example.org" } },
        { "url", Good with { Url = "ldaps://ldap.example.org/dc=example?uid" } },
        { "url", Good with { Url = "ldaps://me:secret@ldap.example.org" } },
        { "url", Good with { Url = "ldap://ldap.example.org" } },
        { "startTls", Good with { StartTls = true } },
        { "allowUnencrypted", Good with { AllowUnencrypted = true } },
        { "allowUnencrypted", Good with { Url = "ldap://ldap.example.org", StartTls = true, AllowUnencrypted = true } },
        { "caCertificates", Good with { CaCertificates = "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----" } },
        { "caCertificates", Good with { CaCertificates = "/nowhere/ca.pem" } },
        { "bindPassword", Good with { BindPassword = null } },
        { "bindPassword", Good with { BindPassword = Secret.Of("") } },
        { "bindDn", Good with { BindDn = null } },
        { "baseDn", Good with { BaseDn = "people" } },
        { "userFilter", Good with { UserFilter = "(uid={user}" } },
        { "userFilter", Good with { UserFilter = "(objectClass=person)" } },
        { "emailAttribute", Good with { EmailAttribute = "mail)(uid=*" } },
        { "groupFilter", Good with { Groups = DirectoryGroups.Search, GroupFilter = "(objectClass=group)" } },
        { "groupBaseDn", Good with { Groups = DirectoryGroups.Search, GroupBaseDn = "groups" } },
        { "nestedGroups", Good with { NestedGroups = true } },
        { "nestedGroups", Good with { NestedGroups = true, Kind = DirectoryKind.ActiveDirectory } },
        { "defaultRoles", Good with { DefaultRoles = ["user", "admin"] } },
        { "createIn", Good with { CreateIn = "people" } },
        { "createIn", Good with { Url = "ldap://127.0.0.1", AllowUnencrypted = true, Kind = DirectoryKind.ActiveDirectory, CreateIn = "cn=users,dc=example,dc=org" } },
        { "createInGroups", Good with { CreateInGroups = ["staff"] } },
    };

    [Fact(Timeout = Timeout)]
    public async Task Settings_that_follow_the_rules_are_taken()
    {
        using var authority = new TestAuthority();
        DirectorySettings[] good =
        [
            Good,
            Good with { Name = "anonymous", BindDn = null, BindPassword = null, CaCertificates = authority.Pem },
            Good with { Name = "start-tls", Url = "ldap://ldap.example.org:1389", StartTls = true, UserFilter = "(|(uid={user})(mail={user}))" },
            Good with { Name = "here", Url = "ldap://127.0.0.1", AllowUnencrypted = true },
            Good with { Name = "ad", Kind = DirectoryKind.ActiveDirectory, Groups = DirectoryGroups.Search, NestedGroups = true, CreateIn = "cn=users,dc=example,dc=org" },
        ];
        await Task.CompletedTask;

        DirectoryRules.Check(new DirectoriesSettings { Directories = good }).ShouldBeEmpty();
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Each_broken_rule_names_its_field_and_tells_what_to_do(string field, DirectorySettings broken)
    {
        await Task.CompletedTask;
        var error = DirectoryRules.Check(new DirectoriesSettings { Directories = [Good with { Name = "first" }, broken] }).ShouldHaveSingleItem();

        error.Field.ShouldBe($"directories[1].{field}");
        error.Message.Length.ShouldBeGreaterThan(40, error.Message);
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_directories_have_two_names()
    {
        await Task.CompletedTask;
        DirectoryRules.Check(new DirectoriesSettings { Directories = [Good, Good] }).ShouldHaveSingleItem().Field.ShouldBe("directories[1].name");
    }

    [Fact(Timeout = Timeout)]
    public async Task Settings_do_not_print_their_password()
    {
        await Task.CompletedTask;
        Good.ToString().ShouldNotContain("= secret");
        new NewDirectoryUser { Request = "r", UserName = "u", DisplayName = "d", Email = "e", Password = "hidden" }.ToString().ShouldNotContain("hidden");
    }
}
