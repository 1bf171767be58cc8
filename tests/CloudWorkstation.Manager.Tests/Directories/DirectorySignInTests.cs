using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Tests.Accounts;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>The whole road from a name and a password to a session, with real directories.</summary>
public sealed class DirectorySignInTests(SharedSlapd shared) : IDisposable
{
    private const int Timeout = 120_000;
    private const string Wrong = "not the password";

    private readonly AccountsHost host = new();
    private readonly ClosedPort nobody = new();

    public void Dispose()
    {
        host.Dispose();
        nobody.Dispose();
    }

    [Fact(Timeout = Timeout)]
    public async Task Somebody_from_a_directory_gets_an_account_with_its_groups_and_the_same_one_the_next_time()
    {
        await SetAsync((await shared.ServerAsync()).Settings());

        var first = (await host.SignInAsync("alice", SlapdServer.Password)).Value;
        var second = (await host.SignInAsync("ALICE", SlapdServer.Password)).Value;

        second.Account.Id.ShouldBe(first.Account.Id);
        (first.Account.UserName, first.Account.DisplayName, first.Account.Email).ShouldBe(("alice", "Alice Example", "alice@example.test"));
        first.Account.Roles.ShouldBe(["user"]);
        first.Account.Groups.ShouldBe(["Designers", "Staff"]);
        first.Account.Sources.ShouldBe(["ldap:corp"]);
        (await host.AuditAsync()).Count(e => e.Action == "session.sign-in" && e.Result == "accepted" && e.Detail == "ldap:corp").ShouldBe(2);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_local_accounts_name_is_never_answered_by_a_directory_nor_its_password_sent_there()
    {
        await using var listening = ScriptedDirectory.Silent();
        var server = await shared.ServerAsync();
        var local = await host.CreateAsync("alice");
        await SetAsync(server.Settings(), listening.Settings("ldap") with { TimeoutSeconds = 1 });

        (await host.SignInAsync("alice", SlapdServer.Password)).Problem.ShouldNotBeNull();
        (await host.SignInAsync("alice")).Value.Account.Id.ShouldBe(local.Id);

        System.Text.Encoding.Latin1.GetString(listening.Received).ShouldNotContain(SlapdServer.Password);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_password_an_unknown_name_and_a_local_accounts_get_the_same_answer_after_the_same_questions()
    {
        var server = await shared.ServerAsync();
        await host.CreateAsync("local");
        await SetAsync(server.Settings());

        var known = (await host.SignInAsync("bob", Wrong)).Problem.ShouldNotBeNull();
        var unknown = (await host.SignInAsync("nobody", Wrong)).Problem.ShouldNotBeNull();
        var local = (await host.SignInAsync("local", Wrong)).Problem.ShouldNotBeNull();
        var empty = (await host.SignInAsync("bob", "")).Problem.ShouldNotBeNull();

        known.Code.ShouldBe("invalid_credentials");
        unknown.ShouldBe(known);
        local.ShouldBe(known);
        empty.ShouldBe(known);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("bob")]
    [InlineData("nobody")]
    public async Task Five_failures_lock_a_name_whether_or_not_a_directory_knows_it(string name)
    {
        await SetAsync((await shared.ServerAsync()).Settings());
        for (var i = 0; i < 5; i++)
        {
            (await host.SignInAsync(name, Wrong)).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
        }

        (await host.SignInAsync(name, SlapdServer.Password)).Problem.ShouldNotBeNull().Code.ShouldBe("locked_out");
    }

    [Fact(Timeout = Timeout)]
    public async Task Signing_in_forgets_the_failures_of_the_name_that_was_typed()
    {
        await SetAsync((await shared.ServerAsync()).Settings() with { UserFilter = "(mail={user})" });
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                await host.SignInAsync("alice@example.test", Wrong);
            }

            (await host.SignInAsync("alice@example.test", SlapdServer.Password)).Value.Account.UserName.ShouldBe("alice");
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Directories_are_asked_in_their_order_and_the_first_that_knows_a_name_decides()
    {
        var server = await shared.ServerAsync();
        await using var other = await SlapdServer.StartAsync(AccountsHost.Token);
        await SetAsync(server.Settings("first") with { UserFilter = "(&(objectClass=person)(uid={user})(!(uid=bob)))" }, other.Settings("second"));

        (await host.SignInAsync("alice", SlapdServer.Password)).Value.Account.Sources.ShouldBe(["ldap:first"]);
        (await host.SignInAsync("bob", SlapdServer.Password)).Value.Account.Sources.ShouldBe(["ldap:second"]);

        // What alice's password is in the second is no business of hers in the first.
        await other.AsAdminAsync(async (c, token) => (await c.SetPasswordAsync(Slapd.DnOf("alice"), "another one entirely", token)).Must("Setting"));
        (await host.SignInAsync("alice", "another one entirely")).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_directory_that_is_down_is_passed_over_and_left_in_peace_for_a_moment()
    {
        await using var silent = ScriptedDirectory.Silent();
        var server = await shared.ServerAsync();
        await SetAsync(silent.Settings("ldaps") with { Name = "down", TimeoutSeconds = 1 }, server.Settings());

        (await host.SignInAsync("alice", SlapdServer.Password)).Succeeded.ShouldBeTrue();

        var states = (await host.Service<IDirectoryTester>().StatesAsync(Actor.System, AccountsHost.Token)).Value;
        states.Select(s => (s.Name, s.Fault)).ShouldBe([("down", LdapFault.Silent), ("corp", null)]);
        states[0].Message.ShouldNotBeNull().ShouldContain("within 1 s");
        host.Service<DirectoryHealth>().Rests("down").ShouldBeTrue();
        host.Time.Advance(DirectoryHealth.Rest);
        host.Service<DirectoryHealth>().Rests("down").ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_cannot_be_found_while_a_directory_is_down_is_told_so_whatever_the_name()
    {
        await host.CreateAsync("local");
        var server = await shared.ServerAsync();
        await SetAsync(server.Settings(), server.Settings("down") with { Url = nobody.Url });

        var answers = new List<Problem?>();
        foreach (var name in (string[])["bob", "nobody", "local"])
        {
            answers.Add((await host.SignInAsync(name, Wrong)).Problem);
        }

        answers.Select(a => a?.Code).ShouldAllBe(c => c == "directory_unavailable");
        answers.Distinct().Count().ShouldBe(1);
        answers[0]!.Kind.ShouldBe(ProblemKind.Unavailable);
        (await host.SignInAsync("local")).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Groups_follow_the_directory_at_the_next_sign_in_and_at_the_next_renewal()
    {
        var server = await shared.ServerAsync();
        await SetAsync(server.Settings());
        var uid = await server.AddPersonAsync();
        var before = (await host.SignInAsync(uid, SlapdServer.Password)).Value;
        before.Account.Groups.ShouldBeEmpty();

        await JoinAsync(server, uid, LdapChange.Add);
        (await host.SignInAsync(uid, SlapdServer.Password)).Value.Account.Groups.ShouldBe(["Staff"]);

        await JoinAsync(server, uid, LdapChange.Delete);
        host.Time.Advance(TimeSpan.FromMinutes(4));
        (await host.Sessions.RefreshAsync(before.RefreshToken, AccountsHost.Token)).Value.Account.Groups.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Somebody_who_is_taken_out_of_the_directory_loses_the_session_when_it_is_renewed()
    {
        var server = await shared.ServerAsync();
        await SetAsync(server.Settings());
        var uid = await server.AddPersonAsync();
        var signedIn = (await host.SignInAsync(uid, SlapdServer.Password)).Value;
        await server.AsAdminAsync(async (c, token) => (await c.DeleteAsync(Slapd.DnOf(uid), token)).Must("Removing"));
        host.Time.Advance(TimeSpan.FromMinutes(4));

        (await host.Sessions.RefreshAsync(signedIn.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");

        host.Endings.All.ShouldContain(e => e.Session == signedIn.SessionId && e.Reason == "left-directory");
        (await host.RefusalAsync(signedIn)).ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_directory_that_is_taken_out_of_the_settings_takes_its_people_with_it()
    {
        await SetAsync((await shared.ServerAsync()).Settings());
        var signedIn = (await host.SignInAsync("alice", SlapdServer.Password)).Value;

        await SetAsync((await shared.ServerAsync()).Settings() with { Enabled = false });
        host.Time.Advance(TimeSpan.FromMinutes(4));

        (await host.Sessions.RefreshAsync(signedIn.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");
        (await host.SignInAsync("alice", SlapdServer.Password)).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
    }

    [Fact(Timeout = Timeout)]
    public async Task While_the_directory_is_down_sessions_go_on_for_an_hour_and_then_wait_for_it()
    {
        var server = await shared.ServerAsync();
        await SetAsync(server.Settings());
        var signedIn = (await host.SignInAsync("alice", SlapdServer.Password)).Value;
        await SetAsync(server.Settings() with { Url = nobody.Url });

        host.Time.Advance(TimeSpan.FromMinutes(59));
        var renewed = (await host.Sessions.RefreshAsync(signedIn.RefreshToken, AccountsHost.Token)).Value;
        host.Time.Advance(TimeSpan.FromMinutes(2));
        (await host.Sessions.RefreshAsync(renewed.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("directory_unavailable");

        await SetAsync(server.Settings());
        host.Time.Advance(DirectoryHealth.Rest);
        (await host.Sessions.RefreshAsync(renewed.RefreshToken, AccountsHost.Token)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_locked_account_is_refused_with_the_words_and_counted()
    {
        var server = await shared.ServerAsync();
        await SetAsync(server.Settings());
        var uid = await server.AddPersonAsync(uid: null, ("pwdPolicySubentry", "cn=strict," + SlapdServer.BaseDn));
        await host.SignInAsync(uid, Wrong);
        await host.SignInAsync(uid, Wrong);

        var refused = (await host.SignInAsync(uid, SlapdServer.Password)).Problem.ShouldNotBeNull();

        refused.Code.ShouldBe("locked_out");
        refused.Detail.ShouldContain("locked in Example");
        refused.Extensions.Keys.ShouldContain("retryAfterSeconds");
        (await host.AuditAsync()).ShouldContain(e => e.Result == "refused" && e.Detail == "ldap:corp: Locked");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_account_that_is_disabled_here_is_refused_whatever_the_directory_says()
    {
        await SetAsync((await shared.ServerAsync()).Settings());
        var account = (await host.SignInAsync("alice", SlapdServer.Password)).Value.Account;
        await host.Accounts.ChangeAsync(Actor.System, account.Id, new ChangeAccount { Disabled = true }, AccountsHost.Token);

        (await host.SignInAsync("alice", Wrong)).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
        (await host.SignInAsync("alice", SlapdServer.Password)).Problem.ShouldNotBeNull().Code.ShouldBe("account_disabled");
    }

    private async Task SetAsync(params DirectorySettings[] directories)
    {
        var stored = await host.Service<ISettings<DirectoriesSettings>>().ReplaceAsync(Actor.System, new DirectoriesSettings { Directories = directories }, ifVersion: null, AccountsHost.Token);
        stored.Problem.ShouldBeNull();
    }

    private static Task<LdapResult> JoinAsync(SlapdServer server, string uid, LdapChange change) => server.AsAdminAsync(
        async (c, token) => (await c.ModifyAsync($"cn=Staff,{SlapdServer.Groups}", change, "member", [Slapd.Bytes(Slapd.DnOf(uid))], token)).Must("Changing the group"));
}
