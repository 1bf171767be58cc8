using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>Search and bind against a real Active Directory domain controller.</summary>
public sealed class SambaSignInTests(SharedSamba shared)
{
    private const int Timeout = 180_000;
    private const string Wrong = "not the password";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task The_right_password_tells_who_it_is_and_which_groups_they_are_in()
    {
        var server = await shared.ServerAsync();
        var (staff, name) = (Samba.NewName("Staff "), "");
        name = await server.AddPersonAsync(await server.AddGroupAsync(staff));
        var client = Slapd.Client(server.Settings());

        var verdict = await client.CheckAsync(name.ToUpperInvariant(), Samba.Password, Token);

        verdict.Standing.ShouldBe(DirectoryStanding.Active);
        var person = verdict.Person.ShouldNotBeNull().Entry;
        (person.UserName, person.DisplayName, person.Email).ShouldBe((name, "Person " + name, name + "@corp.test"));
        person.Groups.ShouldBe([staff]);
        (await client.FindAsync(person.Id, Token)).ShouldNotBeNull().Entry.Dn.ShouldBe(Samba.DnOf(name));
        (await client.CheckAsync(name, Wrong, Token)).Standing.ShouldBeNull();
        (await client.CheckAsync("nobody", Samba.Password, Token)).Standing.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Groups_within_groups_count_where_they_are_asked_for()
    {
        var server = await shared.ServerAsync();
        var (inner, outer, outermost) = (Samba.NewName("a"), Samba.NewName("b"), Samba.NewName("c"));
        var innerDn = await server.AddGroupAsync(inner);
        await server.AddGroupAsync(outermost, await server.AddGroupAsync(outer, innerDn));
        var name = await server.AddPersonAsync(innerDn);
        var direct = server.Settings() with { Groups = DirectoryGroups.Search, GroupBaseDn = SambaServer.Domain };

        (await Slapd.Client(direct).CheckAsync(name, Samba.Password, Token)).Person!.Entry.Groups.ShouldBe([inner]);
        (await Slapd.Client(direct with { NestedGroups = true }).CheckAsync(name, Samba.Password, Token)).Person!.Entry.Groups.ShouldBe([inner, outer, outermost]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_disabled_account_is_told_so_only_after_the_right_password()
    {
        var server = await shared.ServerAsync();
        var name = await server.AddPersonAsync();
        var client = Slapd.Client(server.Settings());
        var id = (await client.CheckAsync(name, Samba.Password, Token)).Person!.Entry.Id;
        await server.SetAsync(name, "userAccountControl", "514");

        (await client.CheckAsync(name, Samba.Password, Token)).Standing.ShouldBe(DirectoryStanding.Disabled);
        (await client.CheckAsync(name, Wrong, Token)).Standing.ShouldBeNull();
        (await client.FindAsync(id, Token)).ShouldNotBeNull().Standing.ShouldBe(DirectoryStanding.Disabled);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_account_that_has_expired_and_one_whose_password_must_be_changed_are_told_so()
    {
        var server = await shared.ServerAsync();
        var client = Slapd.Client(server.Settings());
        var expired = await server.AddPersonAsync();
        await server.SetAsync(expired, "accountExpires", DateTimeOffset.UtcNow.AddDays(-2).ToFileTime().ToString(System.Globalization.CultureInfo.InvariantCulture));
        var stale = await server.AddPersonAsync();
        await server.SetAsync(stale, "pwdLastSet", "0");

        (await client.CheckAsync(expired, Samba.Password, Token)).Standing.ShouldBe(DirectoryStanding.Expired);
        (await client.CheckAsync(stale, Samba.Password, Token)).Standing.ShouldBe(DirectoryStanding.PasswordExpired);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_account_that_the_domain_locked_is_told_so()
    {
        await using var server = SambaServer.CanRun ? await SambaServer.StartAsync(Token) : null;
        Assert.SkipWhen(server is null, "Making a domain needs root.");
        await server.AsAdminAsync(async (c, token) => (await c.ModifyAsync(SambaServer.Domain, LdapChange.Replace, "lockoutThreshold", [Slapd.Bytes("2")], token)).Must("Setting the threshold"));
        var name = await server.AddPersonAsync();
        var client = Slapd.Client(server.Settings());
        await client.CheckAsync(name, Wrong, Token);
        await client.CheckAsync(name, Wrong, Token);

        (await client.CheckAsync(name, Samba.Password, Token)).Standing.ShouldBe(DirectoryStanding.Locked);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_hostile_name_is_nobody()
    {
        var server = await shared.ServerAsync();
        var client = Slapd.Client(server.Settings());

        foreach (var name in SlapdSignInTests.HostileNames.Select(row => row.Data).Append("admin*").Append("Administrator)(objectClass=*"))
        {
            (await client.CheckAsync(name, SambaServer.AdminPassword, Token)).Person.ShouldBeNull(name);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_domain_controller_takes_no_password_in_clear_and_the_fault_says_so()
    {
        var server = await shared.ServerAsync();
        var plain = server.Settings() with { Url = server.PlainUrl, AllowUnencrypted = true, CreateIn = null };

        var fault = await Should.ThrowAsync<LdapException>(() => Slapd.Client(plain).CheckAsync("nobody", "x", Token));

        (fault.Fault, fault.Code).ShouldBe((LdapFault.SearchAccount, LdapCode.StrongerAuthRequired));
        (await Slapd.Client(plain with { StartTls = true, AllowUnencrypted = false }).CheckAsync("nobody", "x", Token)).Standing.ShouldBeNull();
    }
}
