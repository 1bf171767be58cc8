using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Tests.Accounts;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>What an administrator sees of a directory before and after it is in force.</summary>
public sealed class DirectoryTesterTests(SharedSlapd shared) : IDisposable
{
    private const int Timeout = 120_000;

    private readonly AccountsHost host = new();
    private readonly ClosedPort nobody = new();

    public void Dispose()
    {
        host.Dispose();
        nobody.Dispose();
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_step_of_a_sign_in_is_tried_and_a_person_shown_with_their_groups()
    {
        var server = await shared.ServerAsync();

        var test = (await TestAsync(server.Settings(), "alice")).Value;

        test.Succeeded.ShouldBeTrue();
        test.Steps.Select(s => s.Name).ShouldBe(["connection", "searchAccount", "people", "person"]);
        test.Steps[2].Detail.ShouldStartWith("1000 or more people");
        test.Person.ShouldNotBeNull().Groups.ShouldBe(["Designers", "Staff"]);
        test.Warnings.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_unencrypted_connection_is_warned_of_loudly()
    {
        var server = await shared.ServerAsync();

        (await TestAsync(server.Settings() with { Url = server.PlainUrl, AllowUnencrypted = true })).Value.Warnings.ShouldHaveSingleItem().ShouldContain("in clear");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_step_that_fails_is_the_last_and_says_why()
    {
        var server = await shared.ServerAsync();
        using var other = new TestAuthority();
        var settings = server.Settings();
        (DirectorySettings Settings, string Step, string Words)[] broken =
        [
            (settings with { Url = nobody.Url }, "connection", "firewall"),
            (settings with { CaCertificates = other.Pem }, "connection", "cannot be trusted"),
            (settings with { BindPassword = Secret.Of("wrong") }, "searchAccount", "InvalidCredentials"),
            (settings with { BaseDn = SlapdServer.Groups }, "people", "Nobody below"),
            (settings with { BaseDn = "ou=nowhere," + SlapdServer.BaseDn }, "people", "NoSuchObject"),
            (settings with { IdAttribute = "employeeNumber" }, "people", "employeeNumber"),
            (settings, "person", "finds nobody"),
        ];

        foreach (var (one, step, words) in broken)
        {
            var test = (await TestAsync(one, "nobody")).Value;
            test.Succeeded.ShouldBeFalse();
            test.Steps[^1].Name.ShouldBe(step);
            test.Steps[^1].Detail.ShouldContain(words);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_stored_password_is_used_for_the_address_it_was_stored_for_and_no_other()
    {
        var server = await shared.ServerAsync();
        await using var elsewhere = ScriptedDirectory.Silent();
        await host.Service<ISettings<DirectoriesSettings>>().ReplaceAsync(Actor.System, new DirectoriesSettings { Directories = [server.Settings()] }, ifVersion: null, AccountsHost.Token);
        var kept = server.Settings() with { BindPassword = Secret.Kept };

        (await TestAsync(kept)).Value.Succeeded.ShouldBeTrue();
        var refused = (await TestAsync(kept with { Url = $"ldap://127.0.0.1:{elsewhere.Port}", AllowUnencrypted = true })).Problem.ShouldNotBeNull();

        refused.Errors.ShouldHaveSingleItem().Field.ShouldBe("directory.bindPassword");
        elsewhere.Received.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Only_who_manages_the_platform_may_try_or_see_directories()
    {
        var server = await shared.ServerAsync();
        var user = new Actor("a", "user", ["user"], []);

        (await host.Service<IDirectoryTester>().TestAsync(user, server.Settings(), null, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("forbidden");
        (await host.Service<IDirectoryTester>().StatesAsync(user, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("forbidden");
    }

    private Task<Outcome<DirectoryTest>> TestAsync(DirectorySettings settings, string? userName = null) =>
        host.Service<IDirectoryTester>().TestAsync(Actor.System, settings, userName, AccountsHost.Token);
}
