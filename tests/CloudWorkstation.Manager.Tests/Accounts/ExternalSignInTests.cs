using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class ExternalSignInTests : IDisposable
{
    private const int Timeout = 60_000;
    private const string Company = "oidc:company";

    private readonly AccountsHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task The_first_sign_in_makes_an_account_and_the_next_one_finds_it()
    {
        var first = await ResolveAsync(Alice);
        var second = await ResolveAsync(Alice);

        second.Id.ShouldBe(first.Id);
        (first.UserName, first.DisplayName, first.Email).ShouldBe(("alice", "Alice Adams", "alice@example.org"));
        first.Roles.ShouldBe(["user"]);
        (await host.AuditAsync()).Count(e => e.Target == first.AuditTarget).ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_many_first_sign_ins_at_once_all_get_the_same_account()
    {
        var accounts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ResolveAsync(Alice))));

        accounts.Select(a => a.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_taken_name_or_address_leads_into_nobody_elses_account()
    {
        var local = await host.CreateAsync("alice");
        await host.Accounts.ChangeAsync(Actor.System, local.Id, new ChangeAccount { Email = "alice@example.org" }, AccountsHost.Token);

        var outside = await ResolveAsync(Alice);
        var elsewhere = await ResolveAsync(Alice with { Source = "oidc:other" });

        outside.Id.ShouldNotBe(local.Id);
        outside.UserName.ShouldBe("alice-2");
        elsewhere.UserName.ShouldBe("alice-3");
        (await host.SignInAsync("alice")).Value.Account.Id.ShouldBe(local.Id);
    }

    [Fact(Timeout = Timeout)]
    public async Task Name_address_and_groups_follow_the_authority()
    {
        await ResolveAsync(Alice);

        var changed = await ResolveAsync(Alice with { UserName = "other", DisplayName = "Alice Brown", Email = "brown@example.org", Groups = ["sales"] });

        (changed.UserName, changed.DisplayName, changed.Email).ShouldBe(("alice", "Alice Brown", "brown@example.org"));
        changed.AllGroups.ShouldBe(["sales"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Groups_that_the_authority_says_no_more_are_gone()
    {
        await ResolveAsync(Alice);

        (await ResolveAsync(Alice with { Groups = [] })).AllGroups.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_group_from_outside_gives_the_roles_that_an_administrator_named_for_it()
    {
        var access = host.Service<IAccessService>();
        await access.PutAsync(Actor.System, new Group { Name = "engineering", Roles = ["auditor"] }, null, AccountsHost.Token);
        var account = await ResolveAsync(Alice);

        var actor = await host.ActorAsync((await host.Service<ISignInCompletion>().CompleteAsync(account.Id, Company, null, null, AccountsHost.Token)).Value.Session!);

        actor.May(Permissions.AuditRead).ShouldBeTrue();
        actor.Groups.ShouldBe(["engineering", "staff"]);
        (await access.ExplainPersonAsync(Actor.System, account.Id, AccountsHost.Token)).Value.Permissions
            .Single(p => p.Permission == Permissions.AuditRead).Because.ShouldContain(new Reason("auditor", "engineering"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_becomes_an_administrator_by_a_default_role()
    {
        var account = await ResolveAsync(Alice with { RolesOfNewAccount = ["admin", "auditor", "no-such-role"] });

        account.Roles.ShouldBe(["auditor"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_disabled_account_is_refused_and_not_changed()
    {
        var account = await ResolveAsync(Alice);
        await host.Accounts.ChangeAsync(Actor.System, account.Id, new ChangeAccount { Disabled = true }, AccountsHost.Token);

        var refused = await host.Service<ExternalSignIn>().ResolveAsync(Alice with { DisplayName = "Changed" }, null, AccountsHost.Token);

        refused.Problem.ShouldNotBeNull().Code.ShouldBe("account_disabled");
        (await host.Accounts.GetAsync(Actor.System, account.Id, AccountsHost.Token)).Value.Account.DisplayName.ShouldBe("Alice Adams");
    }

    [Fact(Timeout = Timeout)]
    public async Task Groups_from_outside_that_a_form_sends_back_do_not_become_local_ones()
    {
        var account = await ResolveAsync(Alice);

        await host.Accounts.ChangeAsync(Actor.System, account.Id, new ChangeAccount { Groups = ["engineering", "staff", "local"] }, AccountsHost.Token);

        (await ResolveAsync(Alice with { Groups = ["staff"] })).AllGroups.ShouldBe(["local", "staff"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Hundreds_of_groups_fit_a_token_with_those_that_rules_name_first()
    {
        await host.Service<IAccessService>().PutAsync(Actor.System, new Group { Name = "zebra", Roles = ["auditor"] }, null, AccountsHost.Token);
        var many = Enumerable.Range(0, 500).Select(n => $"Group with a rather long name {n:000}").Append("zebra");
        var account = await ResolveAsync(Alice with { Groups = [.. many] });

        var signedIn = (await host.Service<ISignInCompletion>().CompleteAsync(account.Id, Company, null, null, AccountsHost.Token)).Value.Session!;

        account.AllGroups.Count.ShouldBe(200);
        signedIn.Actor.May(Permissions.AuditRead).ShouldBeTrue();
        (await host.RefusalAsync(signedIn)).ShouldBeNull();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("Jörg Müller", null, "J-rg-M-ller")]
    [InlineData(null, "carol@example.org", "carol")]
    [InlineData("../../etc", null, "etc")]
    [InlineData("日本", null, "user-0001")]
    [InlineData("  ", null, "user-0001")]
    public async Task Names_are_made_fit(string? userName, string? email, string expected)
    {
        var account = await ResolveAsync(new ExternalIdentity { Source = Company, Subject = "user-0001", UserName = userName, Email = email });

        account.UserName.ShouldBe(expected);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_cannot_be_used_is_left_out_and_keeps_nobody_out()
    {
        var account = await ResolveAsync(Alice with { Email = "not an address", DisplayName = new string('x', 200), Groups = ["a,b", " c", "d\n", "", "fine"] });

        (account.Email, account.DisplayName).ShouldBe((null, null));
        account.AllGroups.ShouldBe(["fine"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_person_without_a_subject_is_refused() =>
        (await host.Service<ExternalSignIn>().ResolveAsync(Alice with { Subject = "" }, null, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("forbidden");

    [Fact(Timeout = Timeout)]
    public async Task An_account_from_outside_has_no_password_to_guess()
    {
        await ResolveAsync(Alice);

        (await host.SignInAsync("alice", "")).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_same_subject_of_another_issuer_is_somebody_else()
    {
        var first = await ResolveAsync(Alice with { Authority = "https://id.example.org" });

        var other = await ResolveAsync(Alice with { Authority = "https://evil.example.net" });

        other.Id.ShouldNotBe(first.Id);
        (await ResolveAsync(Alice with { Authority = "https://id.example.org" })).Id.ShouldBe(first.Id);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_account_from_before_issuers_were_kept_belongs_to_the_issuer_of_then_and_no_other()
    {
        var alice = await ResolveAsync(Alice);
        var bob = await ResolveAsync(Alice with { Subject = "bob", UserName = "bob" });
        var today = Alice with { Authority = "https://id.example.org" };

        (await ResolveAsync(today)).Id.ShouldBe(alice.Id);

        var evil = Alice with { Authority = "https://evil.example.net" };
        (await ResolveAsync(evil)).Id.ShouldNotBe(alice.Id);
        (await ResolveAsync(evil with { Subject = "bob", UserName = "bob" })).Id.ShouldNotBe(bob.Id, "nobody has come in as Bob since, and the issuer is noted already");
        host.Restart();
        (await ResolveAsync(evil with { Subject = "bob", UserName = "bob" })).Id.ShouldNotBe(bob.Id);
        (await ResolveAsync(today with { Subject = "bob", UserName = "bob" })).Id.ShouldBe(bob.Id);
    }

    [Fact(Timeout = Timeout)]
    public async Task People_of_a_provider_that_moved_keep_their_accounts_where_the_settings_say_so()
    {
        var alice = await ResolveAsync(Alice with { Authority = "https://old.example.org" });
        var moved = Alice with { Authority = "https://new.example.org", FormerAuthorities = ["https://old.example.org"] };

        (await ResolveAsync(moved)).Id.ShouldBe(alice.Id);

        (await ResolveAsync(moved with { FormerAuthorities = [] })).Id.ShouldBe(alice.Id);
        (await ResolveAsync(Alice with { Authority = "https://old.example.org" })).Id.ShouldNotBe(alice.Id, "the old address may be anybody's now");
    }

    private static ExternalIdentity Alice => new()
    {
        Source = Company,
        Subject = "0a1b2c|alice",
        UserName = "alice",
        DisplayName = "Alice Adams",
        Email = "alice@example.org",
        Groups = ["staff", "engineering"],
    };

    private async Task<AccountRecord> ResolveAsync(ExternalIdentity identity) =>
        (await host.Service<ExternalSignIn>().ResolveAsync(identity, "192.0.2.7", AccountsHost.Token)).Value;
}
