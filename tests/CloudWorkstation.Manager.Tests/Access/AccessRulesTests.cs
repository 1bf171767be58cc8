using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Tests.Accounts;

namespace CloudWorkstation.Manager.Tests.Access;

public sealed class AccessRulesTests : IDisposable
{
    private const int Timeout = 60_000;
    private readonly AccountsHost host = new();

    private IAccessService Access => host.Service<IAccessService>();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_new_installation_lets_every_user_have_what_a_template_allows()
    {
        var alice = await ActAsync("alice");

        alice.Access.Limit("local-vnc", 3).ShouldBe(3);
        (await RulesAsync()).Entitlements.Keys.ShouldBe(["every-template"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_group_gives_roles_and_a_role_opens_templates_up_to_a_maximum()
    {
        await EngineersMayHaveTwoTinyAsync();
        await ForbidEverythingToUsersAsync();

        var alice = await ActAsync("alice", "engineers");

        alice.Roles.ShouldBe(["user", "builder"], ignoreOrder: true);
        alice.Access.Limit("tiny", 5).ShouldBe(2);
        alice.Access.Limit("local-vnc", 3).ShouldBe(0);
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_several_entitlements_the_most_generous_counts_but_never_more_than_the_template_allows()
    {
        await PutAsync(new Entitlement { Id = "tiny-nine", Template = "tiny", Maximum = 9 });
        await EngineersMayHaveTwoTinyAsync();
        await PutAsync(new Role { Name = "builder", Entitlements = ["tiny-two", "tiny-nine"] });
        await ForbidEverythingToUsersAsync();

        var alice = await ActAsync("alice", "engineers");

        alice.Access.Limit("tiny", 20).ShouldBe(9);
        alice.Access.Limit("tiny", 4).ShouldBe(4);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_change_of_the_rules_counts_with_the_next_request_of_a_session_that_exists()
    {
        var session = await SessionAsync("alice", "engineers");
        (await host.ActorAsync(session)).May(Permissions.AuditRead).ShouldBeFalse();

        await PutAsync(new Group { Name = "engineers", Roles = ["auditor"] });

        (await host.ActorAsync(session)).May(Permissions.AuditRead).ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_change_of_the_rules_counts_in_another_process_after_a_second()
    {
        using var other = new AccountsHost(sharedWith: host);
        var session = await SessionAsync("alice", "engineers");
        (await other.ActorAsync(session)).May(Permissions.AuditRead).ShouldBeFalse();

        await PutAsync(new Group { Name = "engineers", Roles = ["auditor"] });
        other.Time.Advance(TimeSpan.FromSeconds(1));

        (await other.ActorAsync(session)).May(Permissions.AuditRead).ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_unknown_group_or_a_role_that_is_gone_gives_nothing()
    {
        var alice = await ActAsync("alice", "strangers");

        alice.Roles.ShouldBe(["user"]);
        alice.Access.Permissions.ShouldBe([Permissions.DesktopsUse]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Every_permission_and_entitlement_of_a_person_is_explained()
    {
        await EngineersMayHaveTwoTinyAsync();
        var id = (await SessionAsync("alice", "engineers")).Account.Id;

        var person = (await Access.ExplainPersonAsync(Actor.System, id, AccountsHost.Token)).Value;

        person.Permissions.Single(p => p.Permission == Permissions.DesktopsUse).Because.ShouldBe([new Reason("user", null)]);
        person.Entitlements.Single(e => e.Entitlement.Id == "tiny-two").Because.ShouldBe([new Reason("builder", "engineers")]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_can_use_a_template_is_explained_by_entitlement_role_and_group()
    {
        await EngineersMayHaveTwoTinyAsync();

        var ways = (await Access.ExplainTemplateAsync(Actor.System, "tiny", AccountsHost.Token)).Value;

        ways.Select(w => w.Entitlement.Id).ShouldBe(["every-template", "tiny-two"]);
        ways[0].Roles.Select(r => r.Role).ShouldBe(["user"]);
        ways[1].Roles.ShouldHaveSingleItem().Groups.ShouldBe(["engineers"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_a_built_in_role_allows_cannot_be_changed_but_its_entitlements_can()
    {
        var changed = await Access.PutAsync(Actor.System, new Role { Name = "auditor", Permissions = [Permissions.PlatformManage] }, null, AccountsHost.Token);
        changed.Problem.ShouldNotBeNull().Errors.ShouldHaveSingleItem().Field.ShouldBe("permissions");

        await ForbidEverythingToUsersAsync();
        (await RulesAsync()).Roles["user"].Value.Permissions.ShouldBe([Permissions.DesktopsUse]);
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_still_used_cannot_be_deleted()
    {
        await EngineersMayHaveTwoTinyAsync();

        (await Access.RemoveEntitlementAsync(Actor.System, "tiny-two", AccountsHost.Token)).Problem!.Code.ShouldBe("in_use");
        (await Access.RemoveRoleAsync(Actor.System, "builder", AccountsHost.Token)).Problem!.Code.ShouldBe("in_use");
        (await Access.RemoveRoleAsync(Actor.System, "admin", AccountsHost.Token)).Problem!.Code.ShouldBe("in_use");

        (await Access.RemoveGroupAsync(Actor.System, "engineers", AccountsHost.Token)).Succeeded.ShouldBeTrue();
        (await Access.RemoveRoleAsync(Actor.System, "builder", AccountsHost.Token)).Succeeded.ShouldBeTrue();
        (await Access.RemoveEntitlementAsync(Actor.System, "tiny-two", AccountsHost.Token)).Succeeded.ShouldBeTrue();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("Upper", "local-vnc", 1, "id")]
    [InlineData("", "local-vnc", 1, "id")]
    [InlineData("ok", "nowhere", 1, "template")]
    [InlineData("ok", "tiny", -1, "maximum")]
    [InlineData("ok", "tiny", 1001, "maximum")]
    public async Task An_entitlement_that_breaks_a_rule_is_refused_by_its_field(string id, string template, int maximum, string field)
    {
        var outcome = await Access.PutAsync(Actor.System, new Entitlement { Id = id, Template = template, Maximum = maximum }, null, AccountsHost.Token);

        outcome.Problem.ShouldNotBeNull().Errors.ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_role_may_name_only_what_exists()
    {
        var outcome = await Access.PutAsync(Actor.System, new Role { Name = "odd", Permissions = ["desktops.fly"], Entitlements = ["none"] }, null, AccountsHost.Token);

        outcome.Problem.ShouldNotBeNull().Errors.Select(e => e.Field).ShouldBe(["permissions", "entitlements"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_change_on_an_old_version_is_refused()
    {
        var first = await PutAsync(new Entitlement { Id = "tiny-two", Template = "tiny", Maximum = 2 });
        await PutAsync(new Entitlement { Id = "tiny-two", Template = "tiny", Maximum = 3 });

        var stale = await Access.PutAsync(Actor.System, new Entitlement { Id = "tiny-two", Template = "tiny", Maximum = 4 }, first.Version, AccountsHost.Token);

        stale.Problem!.Code.ShouldBe("stale");
        (await RulesAsync()).Entitlements["tiny-two"].Value.Maximum.ShouldBe(3);
    }

    [Fact(Timeout = Timeout)]
    public async Task Changes_by_many_at_once_are_all_there_afterwards()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Task.Run(() => PutAsync(new Entitlement { Id = $"e{n}", Template = "tiny", Maximum = n }))));

        (await RulesAsync()).Entitlements.Count.ShouldBe(11);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_change_is_audited_with_before_and_after()
    {
        await PutAsync(new Entitlement { Id = "tiny-two", Template = "tiny", Maximum = 2 });
        await PutAsync(new Entitlement { Id = "tiny-two", Template = "tiny", Maximum = 3 });

        var entry = (await host.AuditAsync())[^1];
        entry.Action.ShouldBe("entitlement.change");
        entry.Target.ShouldBe("entitlement/tiny-two");
        entry.Change.ShouldNotBeNull().Before.ToString().ShouldBe("""{"maximum":2}""");
        entry.Change.After.ToString().ShouldBe("""{"maximum":3}""");
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_may_only_read_the_rules_cannot_change_them()
    {
        var auditor = await ActAsync("carol", [], "auditor");

        (await Access.ReadAsync(auditor, AccountsHost.Token)).Succeeded.ShouldBeTrue();
        (await Access.PutAsync(auditor, new Group { Name = "mine", Roles = ["admin"] }, null, AccountsHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await Access.RemoveEntitlementAsync(auditor, "every-template", AccountsHost.Token)).Problem!.Code.ShouldBe("forbidden");
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_gives_an_account_more_than_they_have_or_takes_over_one_that_has_more()
    {
        await PutAsync(new Role { Name = "personnel", Permissions = [Permissions.AccountsRead, Permissions.AccountsManage, Permissions.DesktopsUse] });
        await PutAsync(new Group { Name = "chiefs", Roles = ["admin"] });
        var personnel = await ActAsync("petra", [], "personnel");
        var alice = (await SessionAsync("alice")).Account.Id;
        var root = (await SessionAsync("root", [], "admin")).Account.Id;

        (await ChangeAsync(personnel, alice, new ChangeAccount { Roles = ["admin"] })).ShouldBe("forbidden");
        (await ChangeAsync(personnel, alice, new ChangeAccount { Groups = ["chiefs"] })).ShouldBe("forbidden");
        (await ChangeAsync(personnel, root, new ChangeAccount { ResetPassword = true })).ShouldBe("forbidden");
        (await ChangeAsync(personnel, root, new ChangeAccount { Disabled = true })).ShouldBe("forbidden");
        (await host.Accounts.CreateAsync(personnel, new CreateAccount("mallory", null, null, AccountsHost.GoodPassword, ["admin"]), AccountsHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await ChangeAsync(personnel, alice, new ChangeAccount { ResetPassword = true })).ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task More_rules_than_one_document_holds_are_stored_and_read_back()
    {
        var documents = host.Service<AccessDocuments>();
        for (var n = 0; n < 100; n++)
        {
            await PutAsync(new Entitlement { Id = $"bulk-{n}", Template = "tiny", Description = new string('ä', 500) });
        }

        (await documents.LoadAsync(AccountsHost.Token)).Entitlements.Count.ShouldBe(101);
    }

    private async Task EngineersMayHaveTwoTinyAsync()
    {
        await PutAsync(new Entitlement { Id = "tiny-two", Template = "tiny", Maximum = 2 });
        await PutAsync(new Role { Name = "builder", Entitlements = ["tiny-two"] });
        await PutAsync(new Group { Name = "engineers", Roles = ["builder"] });
    }

    private Task ForbidEverythingToUsersAsync() => PutAsync(new Role { Name = "user", Permissions = [Permissions.DesktopsUse], Entitlements = [] });

    private async Task<AccessView<Entitlement>> PutAsync(Entitlement value) => (await Access.PutAsync(Actor.System, value, null, AccountsHost.Token)).Value;

    private async Task PutAsync(Role value) => (await Access.PutAsync(Actor.System, value, null, AccountsHost.Token)).Succeeded.ShouldBeTrue();

    private async Task PutAsync(Group value) => (await Access.PutAsync(Actor.System, value, null, AccountsHost.Token)).Succeeded.ShouldBeTrue();

    private async Task<AccessRules> RulesAsync() => (await Access.ReadAsync(Actor.System, AccountsHost.Token)).Value;

    private Task<SignedIn> SessionAsync(string name, params string[] groups) => SessionAsync(name, groups, "user");

    private async Task<SignedIn> SessionAsync(string name, IReadOnlyList<string> groups, params string[] roles)
    {
        var request = new CreateAccount(name, null, null, AccountsHost.GoodPassword, roles) { Groups = groups };
        (await host.Accounts.CreateAsync(Actor.System, request, AccountsHost.Token)).Succeeded.ShouldBeTrue();
        return (await host.SignInAsync(name)).Value;
    }

    private async Task<Actor> ActAsync(string name, params string[] groups) => await host.ActorAsync(await SessionAsync(name, groups));

    private async Task<Actor> ActAsync(string name, IReadOnlyList<string> groups, params string[] roles) => await host.ActorAsync(await SessionAsync(name, groups, roles));

    private async Task<string?> ChangeAsync(Actor actor, string id, ChangeAccount change) => (await host.Accounts.ChangeAsync(actor, id, change, AccountsHost.Token)).Problem?.Code;
}
