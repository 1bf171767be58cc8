using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Registration;

public sealed class RegistrationTests : IDisposable
{
    private const int Limit = 120_000;
    private readonly RegistrationHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Who_registers_gets_a_link_and_after_it_an_account_to_sign_in_with()
    {
        await host.OpenAsync(new RegistrationSettings { DefaultGroups = ["staff"] });
        var link = await host.AskForLinkAsync();
        (await host.SignInAsync("alice")).Problem!.Code.ShouldBe("invalid_credentials");

        var verified = (await host.VerifyAsync(link)).Value;

        verified.Progress.State.ShouldBe(RegistrationState.Created);
        var account = (await host.SignInAsync("alice")).Value.Account;
        account.Email.ShouldBe("alice@example.org");
        account.DisplayName.ShouldBe("Alice Example");
        account.Roles.ShouldBe(["user"]);
        account.Groups.ShouldBe(["staff"]);
        account.MustChangePassword.ShouldBeFalse();
        (await host.KindsAsync("alice@example.org")).ShouldBe(["registration.created", "registration.verify"]);
        (await host.Registrations.ProgressAsync(verified.Ticket, RegistrationHost.Token)).Value.State.ShouldBe(RegistrationState.Created);
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_registers_until_somebody_opens_registration()
    {
        (await host.AskAsync()).Problem!.Code.ShouldBe("registration_closed");
        (await host.Registrations.RulesAsync(RegistrationHost.Token)).Enabled.ShouldBeFalse();
    }

    [Theory(Timeout = Limit)]
    [InlineData("alice@example.org", true)]
    [InlineData("alice@EXAMPLE.ORG", true)]
    [InlineData("alice@xn--mnchen-3ya.example", true)]
    [InlineData("alice@münchen.example", true)]
    [InlineData("alice@MÜNCHEN.example", true)]
    [InlineData("alice@sub.example.org", false)]
    [InlineData("alice@example.org.evil.test", false)]
    [InlineData("alice@evilexample.org", false)]
    [InlineData("alice@example.organic", false)]
    [InlineData("alice@example.or", false)]
    [InlineData("alice@exаmple.org", false)]
    [InlineData("alice@munchen.example", false)]
    [InlineData("alice@mu\u0308nchen.example.", false)]
    [InlineData("alice+second@example.org", false)]
    [InlineData("alice@evil.test@example.org", false)]
    [InlineData("", false)]
    public async Task Only_addresses_of_the_listed_domains_register_each_exactly(string email, bool allowed)
    {
        await host.OpenAsync(new RegistrationSettings { Domains = ["Example.org", "münchen.example"] });

        var outcome = await host.AskAsync(email: email);

        outcome.Succeeded.ShouldBe(allowed);
        if (!allowed)
        {
            outcome.Problem!.Errors.Select(e => e.Field).ShouldBe(["email"]);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Every_broken_rule_of_the_form_is_named()
    {
        await host.OpenAsync();
        var request = new RegistrationRequest("root", new string('x', 200), "nonsense", "short", null);
        var problem = (await host.Registrations.RequestAsync(request, null, RegistrationHost.Token)).Problem!;
        problem.Errors.Select(e => e.Field).Distinct().Order().ShouldBe(["displayName", "email", "password", "userName"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("free", "free@example.org", "registration.verify")]
    [InlineData("alice", "taken@example.org", "registration.exists")]
    [InlineData("bob", "TAKEN@example.org", "registration.exists")]
    [InlineData("alice", "new@example.org", "registration.verify")]
    [InlineData("other", "disabled@example.org", "registration.exists")]
    public async Task Whatever_there_is_the_answer_is_the_same_and_only_the_mail_differs(string userName, string email, string kind)
    {
        await host.OpenAsync();
        await host.CreateAsync("alice", "taken@example.org");
        var disabled = await host.CreateAsync("gone", "disabled@example.org");
        await host.Get<IAccountService>().ChangeAsync(Actor.System, disabled.Id, new ChangeAccount { Disabled = true }, RegistrationHost.Token);

        (await host.AskAsync(userName, email)).Value.ShouldBeTrue();

        (await host.MailsAsync()).ShouldHaveSingleItem().Summary.Kind.ShouldBe(kind);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_fills_in_what_people_do_not_see_is_answered_alike_and_gets_nothing()
    {
        await host.OpenAsync();
        (await host.Registrations.RequestAsync(host.Request() with { Trap = "https://spam.test" }, null, RegistrationHost.Token)).Value.ShouldBeTrue();
        (await host.MailsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_works_once()
    {
        await host.OpenAsync();
        var link = await host.AskForLinkAsync();
        (await host.VerifyAsync(link)).Succeeded.ShouldBeTrue();
        (await host.VerifyAsync(link)).Problem!.Code.ShouldBe("link_invalid");
        (await host.VerifyAsync(link, "alice2")).Problem!.Code.ShouldBe("link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_that_is_used_in_two_windows_at_once_makes_one_account()
    {
        await host.OpenAsync();
        var link = await host.AskForLinkAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => host.VerifyAsync(link, "alice" + i)));
        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        (await host.Get<IAccountService>().ListAsync(Actor.System, null, 50, null, RegistrationHost.Token)).Value.Items.Count.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_expires_and_what_was_typed_is_forgotten_then()
    {
        await host.OpenAsync(new RegistrationSettings { LinkMinutes = 10 });
        var link = await host.AskForLinkAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));
        (await host.VerifyAsync(link)).Problem!.Code.ShouldBe("link_invalid");

        (await host.Get<RegistrationExpiry>().RunAsync(RegistrationHost.Token)).ShouldBe(1);
        (await host.Store.GetAsync(new DocumentKey("registrations", link.Split('.')[0]), RegistrationHost.Token)).ShouldBeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("nonsense")]
    [InlineData("00000000000000000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_made_up_link_is_answered_as_a_used_one(string token)
    {
        await host.OpenAsync();
        var used = await host.AskForLinkAsync();
        await host.VerifyAsync(used);
        (await host.VerifyAsync(token)).Problem.ShouldBe((await host.VerifyAsync(used)).Problem);
    }

    [Fact(Timeout = Limit)]
    public async Task An_altered_link_or_the_secret_of_another_does_not_work()
    {
        await host.OpenAsync();
        var alice = await host.AskForLinkAsync();
        var bob = await host.AskForLinkAsync("bob", "bob@example.org");
        (await host.VerifyAsync($"{alice.Split('.')[0]}.{bob.Split('.')[1]}")).Problem!.Code.ShouldBe("link_invalid");
        (await host.VerifyAsync(alice[..^1] + (alice[^1] == 'A' ? 'B' : 'A'))).Problem!.Code.ShouldBe("link_invalid");
        (await host.VerifyAsync(alice + "x")).Problem!.Code.ShouldBe("link_invalid");
        (await host.VerifyAsync(alice)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_that_is_taken_is_told_only_to_who_has_the_link_who_may_choose_another()
    {
        await host.OpenAsync();
        await host.CreateAsync("alice", "first@example.org");
        var link = await host.AskForLinkAsync(email: "second@example.org");

        var taken = (await host.VerifyAsync(link)).Problem!;
        taken.Errors.ShouldHaveSingleItem().Field.ShouldBe("userName");
        (await host.VerifyAsync(link, "root")).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("userName");
        (await host.VerifyAsync(link, "alice.two")).Value.Progress.UserName.ShouldBe("alice.two");
        (await host.SignInAsync("alice.two")).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Two_links_to_one_address_make_one_account()
    {
        await host.OpenAsync();
        var first = await host.AskForLinkAsync("alice");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await host.AskForLinkAsync("alice.b");
        second.ShouldNotBe(first);

        var outcomes = await Task.WhenAll(host.VerifyAsync(first), host.VerifyAsync(second));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Single(o => !o.Succeeded).Problem!.Code.ShouldBe("conflict");
    }

    [Fact(Timeout = Limit)]
    public async Task An_address_is_free_again_when_its_account_has_another_one()
    {
        await host.OpenAsync();
        await host.VerifyAsync(await host.AskForLinkAsync());
        var account = (await host.SignInAsync("alice")).Value.Account;
        await host.Get<IAccountService>().ChangeAsync(Actor.System, account.Id, new ChangeAccount { Email = "elsewhere@example.org" }, RegistrationHost.Token);
        host.Time.Advance(TimeSpan.FromSeconds(1));

        (await host.VerifyAsync(await host.AskForLinkAsync("alice.b"))).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Registration_that_was_closed_meanwhile_or_a_domain_that_was_taken_out_stops_links_too()
    {
        await host.OpenAsync();
        var link = await host.AskForLinkAsync();
        await host.OpenAsync(new RegistrationSettings { Domains = ["other.example"] });
        (await host.VerifyAsync(link)).Problem!.Code.ShouldBe("link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task An_answer_that_is_lost_leaves_a_whole_account()
    {
        await host.OpenAsync();
        var link = await host.AskForLinkAsync();
        host.Store.AfterCommit = writes => _ = writes.Any(w => w.Key.Collection == "accounts") ? throw new IOException("killed") : 0;
        await Should.ThrowAsync<IOException>(() => host.VerifyAsync(link));
        host.Store.AfterCommit = null;

        (await host.SignInAsync("alice")).Problem.ShouldBeNull();
        (await host.KindsAsync("alice@example.org")).ShouldContain("registration.created");
    }

    [Fact(Timeout = Limit)]
    public async Task Roles_that_manage_others_are_never_given_by_a_form()
    {
        RegistrationSettings.Check(new RegistrationSettings { DefaultRoles = ["admin"] }).ShouldHaveSingleItem().Field.ShouldBe("defaultRoles[0]");
        await host.Get<Manager.Access.Rules.IAccessService>().PutAsync(
            RegistrationHost.Admin, new Manager.Access.Rules.Group { Name = "staff", Roles = ["admin"] }, null, RegistrationHost.Token);
        await host.OpenAsync(new RegistrationSettings { DefaultGroups = ["staff"] });

        await host.VerifyAsync(await host.AskForLinkAsync());

        var account = (await host.SignInAsync("alice")).Value;
        account.Account.Groups.ShouldBeEmpty();
        account.Actor.May(Manager.Access.Rules.Permissions.AccountsManage).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task The_password_is_nowhere_in_clear_not_in_the_store_and_not_in_the_log()
    {
        await host.OpenAsync();
        var link = await host.AskForLinkAsync(password: "purple staple canary");
        await host.VerifyAsync(link);

        host.RawStore().ShouldNotContain("purple staple canary");
        host.Log.All.ShouldNotContain("purple staple canary");
        host.RawStore().ShouldNotContain(link.Split('.')[1]);
        host.Log.All.ShouldNotContain(link.Split('.')[1]);
        (await host.DocumentAsync("registrations", link.Split('.')[0])).ShouldNotContain("passwordHash");
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_done_is_in_the_audit_trail()
    {
        await host.OpenAsync();
        await host.VerifyAsync(await host.AskForLinkAsync());
        var actions = (await host.Get<IAuditLog>().QueryAsync(Actor.System, new AuditFilter(), RegistrationHost.Token)).Value.Items.Select(e => e.Action);
        actions.ShouldContain(AuditActions.RegistrationRequest);
        actions.ShouldContain(AuditActions.AccountCreate);
    }
}
