using System.Text.Json;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class AccountTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly AccountsHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_generated_password_is_shown_once_works_and_must_be_changed()
    {
        var created = await CreateAsync(new CreateAccount("alice", "Alice", "alice@example.org", null, ["user"]));

        created.GeneratedPassword.ShouldNotBeNull().Length.ShouldBeGreaterThanOrEqualTo(20);
        created.Account.Account.MustChangePassword.ShouldBeTrue();
        (await host.SignInAsync("alice", created.GeneratedPassword)).Value.Account.MustChangePassword.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task User_names_are_unique_without_regard_to_case()
    {
        await host.CreateAsync("Alice");

        var second = await host.Accounts.CreateAsync(Actor.System, new CreateAccount("aLICE", null, null, AccountsHost.GoodPassword, ["user"]), AccountsHost.Token);

        second.Problem.ShouldNotBeNull().Errors.ShouldHaveSingleItem().Field.ShouldBe("userName");
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_many_who_take_a_name_at_once_one_gets_it()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() =>
            host.Accounts.CreateAsync(Actor.System, new CreateAccount("alice", null, null, AccountsHost.GoodPassword, ["user"]), AccountsHost.Token))));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "invalid");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("a/b")]
    [InlineData("Ünïcode")]
    [InlineData("new\nline")]
    [InlineData("\u202Eadmin")]
    public async Task User_names_outside_the_allowed_characters_are_refused(string name) => (await RefusedFieldsAsync(name)).ShouldContain("userName");

    [Fact(Timeout = Timeout)]
    public async Task A_user_name_of_10000_characters_is_refused() => (await RefusedFieldsAsync(new string('a', 10_000))).ShouldContain("userName");

    [Theory(Timeout = Timeout)]
    [InlineData("short-one-1", "at least 12")]
    [InlineData("my name is alice!", "user name")]
    [InlineData("ALICEALICE-2026", "user name")]
    [InlineData("Password2026!", "first that an attacker tries")]
    [InlineData("P4ssw0rd1234", "first that an attacker tries")]
    [InlineData("qwertyuiop12", "first that an attacker tries")]
    [InlineData("welcomewelcome", "first that an attacker tries")]
    [InlineData("123456789012", "first that an attacker tries")]
    [InlineData("aaaaaaaaaaaaaa", "different characters")]
    public async Task Weak_passwords_are_refused_with_the_rule_they_break(string password, string rule)
    {
        var outcome = await host.Accounts.CreateAsync(Actor.System, new CreateAccount("alice", null, null, password, ["user"]), AccountsHost.Token);

        outcome.Problem.ShouldNotBeNull().Errors.ShouldContain(e => e.Field == "password" && e.Message.Contains(rule, StringComparison.Ordinal));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("correct horse battery staple")]
    [InlineData("drei grüne Flaschen 🍾")]
    [InlineData("xK9#mQ2$vL7!")]
    public async Task Passphrases_and_random_passwords_pass(string password)
    {
        await host.CreateAsync("alice", password);

        (await host.SignInAsync("alice", password)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Everything_that_is_wrong_is_reported_at_once()
    {
        var request = new CreateAccount("a b", new string('x', 200), "not an address", "short", ["user", "root"]);

        var outcome = await host.Accounts.CreateAsync(Actor.System, request, AccountsHost.Token);

        outcome.Problem.ShouldNotBeNull().Errors.Select(e => e.Field).Distinct().ShouldBe(["userName", "password", "displayName", "email", "roles"], ignoreOrder: true);
    }

    [Fact(Timeout = Timeout)]
    public async Task Accounts_are_for_admins_only_except_ones_own()
    {
        var alice = await host.CreateAsync("alice");
        var bob = await host.CreateAsync("bob");
        var actor = await host.ActorAsync((await host.SignInAsync("alice")).Value);

        (await host.Accounts.GetAsync(actor, alice.Id, AccountsHost.Token)).Value.Account.UserName.ShouldBe("alice");
        (await host.Accounts.GetAsync(actor, bob.Id, AccountsHost.Token)).Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.NotFound);
        (await host.Accounts.ListAsync(actor, null, 10, null, AccountsHost.Token)).Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.Forbidden);
        (await host.Accounts.ChangeAsync(actor, alice.Id, new() { Roles = ["admin"] }, AccountsHost.Token)).Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.Forbidden);
        (await host.Accounts.CreateAsync(actor, new CreateAccount("eve", null, null, null, ["admin"]), AccountsHost.Token)).Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.Forbidden);
    }

    [Fact(Timeout = Timeout)]
    public async Task Accounts_are_listed_by_name_page_by_page()
    {
        foreach (var name in (string[])["delta", "Alpha", "charlie", "bravo", "echo"])
        {
            await host.CreateAsync(name);
        }

        var first = (await host.Accounts.ListAsync(Actor.System, null, 2, null, AccountsHost.Token)).Value;
        var second = (await host.Accounts.ListAsync(Actor.System, null, 2, first.Cursor, AccountsHost.Token)).Value;
        var third = (await host.Accounts.ListAsync(Actor.System, null, 2, second.Cursor, AccountsHost.Token)).Value;

        first.Items.Concat(second.Items).Concat(third.Items).Select(a => a.Account.UserName).ShouldBe(["Alpha", "bravo", "charlie", "delta", "echo"]);
        third.Cursor.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_search_finds_parts_of_name_display_name_and_address()
    {
        await CreateAsync(new CreateAccount("alice", "Wonder Woman", "a@example.org", null, ["user"]));
        await CreateAsync(new CreateAccount("bob", "Builder", "bob@WONDER.example", null, ["user"]));
        await CreateAsync(new CreateAccount("carol", null, null, null, ["user"]));

        var found = (await host.Accounts.ListAsync(Actor.System, "wonder", 10, null, AccountsHost.Token)).Value;

        found.Items.Select(a => a.Account.UserName).ShouldBe(["alice", "bob"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_change_at_another_version_is_stale_and_sign_ins_do_not_make_it_so()
    {
        var created = await CreateAsync(new CreateAccount("alice", null, null, AccountsHost.GoodPassword, ["user"]));
        await host.SignInAsync("alice");
        var change = new ChangeAccount { DisplayName = "Alice", IfVersion = created.Account.Version };

        var changed = (await host.Accounts.ChangeAsync(Actor.System, created.Account.Account.Id, change, AccountsHost.Token)).Value;

        changed.Account.Account.DisplayName.ShouldBe("Alice");
        changed.Account.Version.ShouldBe(created.Account.Version + 1);
        (await host.Accounts.ChangeAsync(Actor.System, created.Account.Account.Id, change with { DisplayName = "Bob" }, AccountsHost.Token))
            .Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.Stale);
    }

    [Fact(Timeout = Timeout)]
    public async Task Resetting_a_password_generates_one_lifts_the_lockout_and_ends_sessions()
    {
        var account = await host.CreateAsync("alice");
        var signedIn = (await host.SignInAsync("alice")).Value;
        for (var i = 0; i < 5; i++)
        {
            await host.SignInAsync("alice", "wrong");
        }

        var reset = (await host.Accounts.ChangeAsync(Actor.System, account.Id, new() { ResetPassword = true }, AccountsHost.Token)).Value;

        (await host.RefusalAsync(signedIn)).ShouldBe("session_ended");
        (await host.SignInAsync("alice")).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
        (await host.SignInAsync("alice", reset.GeneratedPassword!)).Value.Account.MustChangePassword.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task The_last_enabled_admin_can_neither_be_disabled_nor_lose_the_role()
    {
        var boss = await host.CreateAsync("boss", AccountsHost.GoodPassword, "admin");
        var other = await host.CreateAsync("other", AccountsHost.GoodPassword, "admin");
        await ChangeAsync(other.Id, new() { Disabled = true });

        (await ChangeAsync(boss.Id, new() { Disabled = true })).Problem.ShouldNotBeNull().Code.ShouldBe("last_admin");
        (await ChangeAsync(boss.Id, new() { Roles = ["user"] })).Problem.ShouldNotBeNull().Code.ShouldBe("last_admin");
        (await ChangeAsync(other.Id, new() { Disabled = false })).Succeeded.ShouldBeTrue();
        (await ChangeAsync(boss.Id, new() { Roles = ["user"] })).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Admins_who_disable_each_other_at_once_leave_one()
    {
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add((await host.CreateAsync($"admin{i}", AccountsHost.GoodPassword, "admin")).Id);
        }

        var outcomes = await Task.WhenAll(ids.Select(id => Task.Run(() => ChangeAsync(id, new() { Disabled = true }))));

        outcomes.Count(o => o.Problem?.Code == "last_admin").ShouldBe(1);
        outcomes.Count(o => o.Succeeded).ShouldBe(5);
        var left = (await host.Accounts.ListAsync(Actor.System, null, 50, null, AccountsHost.Token)).Value.Items;
        left.Count(a => !a.Account.Disabled).ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task Changing_ones_password_keeps_this_session_and_ends_the_others()
    {
        await host.CreateAsync("alice");
        var here = (await host.SignInAsync("alice")).Value;
        var elsewhere = (await host.SignInAsync("alice")).Value;

        var changed = await host.Accounts.ChangePasswordAsync(await host.ActorAsync(here), AccountsHost.GoodPassword, "five brown barrels", AccountsHost.Token);

        changed.Succeeded.ShouldBeTrue();
        (await host.RefusalAsync(here)).ShouldBeNull();
        (await host.RefusalAsync(elsewhere)).ShouldBe("session_ended");
        (await host.SignInAsync("alice")).Succeeded.ShouldBeFalse();
        (await host.SignInAsync("alice", "five brown barrels")).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_current_password_is_a_fields_error_and_counts_towards_the_lockout()
    {
        await host.CreateAsync("alice");
        var actor = await host.ActorAsync((await host.SignInAsync("alice")).Value);

        for (var i = 0; i < 5; i++)
        {
            var refused = await host.Accounts.ChangePasswordAsync(actor, "a wrong guess", "five brown barrels", AccountsHost.Token);
            refused.Problem.ShouldNotBeNull().Errors.ShouldHaveSingleItem().Field.ShouldBe("currentPassword");
        }

        (await host.Accounts.ChangePasswordAsync(actor, AccountsHost.GoodPassword, "five brown barrels", AccountsHost.Token))
            .Problem.ShouldNotBeNull().Code.ShouldBe("locked_out");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("tiny")]
    [InlineData(AccountsHost.GoodPassword)]
    public async Task A_new_password_must_be_good_and_new(string password)
    {
        await host.CreateAsync("alice");
        var actor = await host.ActorAsync((await host.SignInAsync("alice")).Value);

        var refused = await host.Accounts.ChangePasswordAsync(actor, AccountsHost.GoodPassword, password, AccountsHost.Token);

        refused.Problem.ShouldNotBeNull().Errors.ShouldContain(e => e.Field == "newPassword");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_first_admin_is_made_once_and_waits_in_a_private_file_until_the_password_is_changed()
    {
        var password = (await host.Accounts.EnsureFirstAdminAsync(AccountsHost.Token)).ShouldNotBeNull();
        host.Restart();
        (await host.Accounts.EnsureFirstAdminAsync(AccountsHost.Token)).ShouldBeNull();

        File.GetUnixFileMode(host.Paths.FirstAdmin).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(host.Paths.FirstAdmin, AccountsHost.Token));
        file.RootElement.GetProperty("userName").GetString().ShouldBe("admin");
        file.RootElement.GetProperty("password").GetString().ShouldBe(password);
        var signedIn = (await host.SignInAsync("admin", password)).Value;
        signedIn.Account.Roles.ShouldBe(["user", "admin"]);
        signedIn.Account.MustChangePassword.ShouldBeFalse();

        await host.Accounts.ChangePasswordAsync(await host.ActorAsync(signedIn), password, "five brown barrels", AccountsHost.Token);
        File.Exists(host.Paths.FirstAdmin).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_crash_between_the_first_admins_file_and_account_leaves_a_password_that_works()
    {
        await File.WriteAllTextAsync(host.Paths.FirstAdmin, """{"userName":"admin","password":"from before the crash"}""", AccountsHost.Token);

        var password = (await host.Accounts.EnsureFirstAdminAsync(AccountsHost.Token)).ShouldNotBeNull();

        (await File.ReadAllTextAsync(host.Paths.FirstAdmin, AccountsHost.Token)).ShouldContain(password);
        (await host.SignInAsync("admin", password)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Processes_that_start_on_an_empty_directory_at_once_make_one_first_admin_whose_password_is_in_the_file()
    {
        using var second = new AccountsHost(sharedWith: host);
        using var third = new AccountsHost(sharedWith: host);

        var made = await Task.WhenAll(new[] { host, second, third }.Select(h => Task.Run(() => h.Accounts.EnsureFirstAdminAsync(AccountsHost.Token))));

        var password = made.Where(p => p is not null).ShouldHaveSingleItem().ShouldNotBeNull();
        (await File.ReadAllTextAsync(host.Paths.FirstAdmin, AccountsHost.Token)).ShouldContain(password);
        (await host.SignInAsync("admin", password)).Succeeded.ShouldBeTrue();
    }

    private Task<Outcome<CreatedAccount>> ChangeAsync(string id, ChangeAccount change) =>
        host.Accounts.ChangeAsync(Actor.System, id, change, AccountsHost.Token);

    private async Task<CreatedAccount> CreateAsync(CreateAccount request) => (await host.Accounts.CreateAsync(Actor.System, request, AccountsHost.Token)).Value;

    private async Task<IReadOnlyList<string>> RefusedFieldsAsync(string name)
    {
        var outcome = await host.Accounts.CreateAsync(Actor.System, new CreateAccount(name, null, null, AccountsHost.GoodPassword, ["user"]), AccountsHost.Token);
        return [.. outcome.Problem.ShouldNotBeNull().Errors.Select(e => e.Field)];
    }
}
