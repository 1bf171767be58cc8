using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>Search and bind against a real OpenLDAP server.</summary>
public sealed class SlapdSignInTests(SharedSlapd shared)
{
    private const int Timeout = 120_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Names that mean something in a filter, in a DN, in a shell or in a log; and what somebody would type to be another, or anybody.</summary>
    public static TheoryData<string> HostileNames { get; } =
    [
        "*", "a*", "alice*", "*)(uid=*", "alice)(|(uid=*", "*)(|(objectClass=*)", "alice)(&)", "(alice)", "alice\0", "alice\\", "\\2a", "\\61lice", "alice)(userPassword=*", "!(uid=x)", "&", "|", "=", "~", ">=", "<=",
        "alice,ou=people", "uid=alice", "cn=admin,dc=example,dc=test", "alice+cn=x", "\"alice\"", "#alice", "a;b", "../../alice", "alice' or '1'='1", "$(id)", "{user}", "{dn}", "%s%n", "alice\r\nuid: bob", "alice\t",
        "ａｌｉｃｅ", "al\u200dice", "ali\u0441e", "\u202eecila", "𝒶lice",
    ];

    [Fact(Timeout = Timeout)]
    public async Task The_right_password_tells_who_it_is_and_which_groups_they_are_in()
    {
        var server = await shared.ServerAsync();

        var verdict = await Slapd.Client(server.Settings()).CheckAsync("alice", SlapdServer.Password, Token);

        verdict.Standing.ShouldBe(DirectoryStanding.Active);
        var person = verdict.Person.ShouldNotBeNull().Entry;
        person.Dn.ShouldBe("uid=alice," + SlapdServer.People);
        Guid.TryParse(person.Id, out _).ShouldBeTrue();
        (person.UserName, person.DisplayName, person.Email).ShouldBe(("alice", "Alice Example", "alice@example.test"));
        person.Groups.ShouldBe(["Designers", "Staff"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task It_works_over_tls_from_the_first_byte_after_start_tls_and_where_it_was_allowed_in_clear()
    {
        var server = await shared.ServerAsync();
        DirectorySettings[] ways =
        [
            server.Settings(),
            server.Settings() with { Url = server.PlainUrl, StartTls = true },
            server.Settings() with { Url = server.PlainUrl, AllowUnencrypted = true },
        ];

        foreach (var way in ways)
        {
            (await Slapd.Client(way).CheckAsync("alice", SlapdServer.Password, Token)).Standing.ShouldBe(DirectoryStanding.Active, way.Url);
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("alice", "wrong")]
    [InlineData("nobody", SlapdServer.Password)]
    [InlineData("crowd1", SlapdServer.Password)]
    public async Task A_wrong_password_an_unknown_name_and_somebody_without_a_password_are_nobody(string name, string password)
    {
        var server = await shared.ServerAsync();

        (await Slapd.Client(server.Settings()).CheckAsync(name, password, Token)).Standing.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_empty_password_never_reaches_the_directory_which_would_take_it_for_nobody_in_particular()
    {
        var server = await shared.ServerAsync();

        (await Slapd.Client(server.Settings()).CheckAsync("alice", "", Token)).Standing.ShouldBeNull();
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(HostileNames))]
    public async Task A_hostile_name_is_nobody_whatever_the_password(string name)
    {
        var server = await shared.ServerAsync();
        foreach (var groups in (DirectoryGroups[])[DirectoryGroups.MemberOf, DirectoryGroups.Search])
        {
            var verdict = await Slapd.Client(server.Settings() with { Groups = groups, GroupBaseDn = SlapdServer.Groups }).CheckAsync(name, SlapdServer.Password, Token);

            verdict.Person.ShouldBeNull();
            verdict.Standing.ShouldBeNull();
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("a*b")]
    [InlineData("x)(uid=*")]
    [InlineData("back\\slash")]
    [InlineData("comma, and + plus")]
    [InlineData("\"quoted\" <tag>; #1 = é漢")]
    public async Task Somebody_who_really_has_such_a_name_signs_in_with_it_and_is_found_in_their_groups(string name)
    {
        var server = await shared.ServerAsync();
        var uid = await server.AddPersonAsync($"{name} {Guid.NewGuid():N}");
        await server.AsAdminAsync(async (c, token) => (await c.ModifyAsync($"cn=Staff,{SlapdServer.Groups}", LdapChange.Add, "member", [Slapd.Bytes(Slapd.DnOf(uid))], token)).Must("Joining"));

        var byAttribute = await Slapd.Client(server.Settings()).CheckAsync(uid, SlapdServer.Password, Token);
        var bySearch = await Slapd.Client(server.Settings() with { Groups = DirectoryGroups.Search, GroupBaseDn = SlapdServer.Groups }).CheckAsync(uid, SlapdServer.Password, Token);

        byAttribute.Person.ShouldNotBeNull().Entry.UserName.ShouldBe(uid);
        byAttribute.Person!.Entry.Groups.ShouldBe(["Staff"]);
        bySearch.Person.ShouldNotBeNull().Entry.Groups.ShouldBe(["Staff"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Groups_are_found_by_search_where_entries_do_not_name_them()
    {
        var server = await shared.ServerAsync();
        var settings = server.Settings() with { Groups = DirectoryGroups.Search, GroupBaseDn = SlapdServer.Groups };

        (await Slapd.Client(settings).CheckAsync("alice", SlapdServer.Password, Token)).Person!.Entry.Groups.ShouldBe(["Designers", "Staff"]);
        (await Slapd.Client(settings).CheckAsync("bob", SlapdServer.Password, Token)).Person!.Entry.Groups.ShouldBeEmpty();
        (await Slapd.Client(settings with { Groups = DirectoryGroups.None }).CheckAsync("alice", SlapdServer.Password, Token)).Person!.Entry.Groups.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_filter_that_finds_two_people_lets_neither_in()
    {
        var server = await shared.ServerAsync();
        var ambiguous = server.Settings() with { UserFilter = "(|(uid={user})(uid=bob))" };

        (await Slapd.Client(ambiguous).CheckAsync("alice", SlapdServer.Password, Token)).Person.ShouldBeNull();
        (await Slapd.Client(ambiguous).CheckAsync("bob", SlapdServer.Password, Token)).Standing.ShouldBe(DirectoryStanding.Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task People_can_sign_in_by_what_the_filter_says()
    {
        var server = await shared.ServerAsync();

        var verdict = await Slapd.Client(server.Settings() with { UserFilter = "(mail={user}@example.test)" }).CheckAsync("alice", SlapdServer.Password, Token);

        verdict.Person!.Entry.UserName.ShouldBe("alice");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_account_that_the_directory_locked_is_told_so_also_with_the_right_password()
    {
        var server = await shared.ServerAsync();
        var uid = await server.AddPersonAsync(uid: null, ("pwdPolicySubentry", "cn=strict," + SlapdServer.BaseDn));
        var client = Slapd.Client(server.Settings());
        (await client.CheckAsync(uid, "wrong", Token)).Standing.ShouldBeNull();
        await client.CheckAsync(uid, "wrong", Token);

        (await client.CheckAsync(uid, SlapdServer.Password, Token)).Standing.ShouldBe(DirectoryStanding.Locked);
    }

    [Fact(Timeout = Timeout)]
    public async Task Somebody_is_found_again_by_what_never_changes_after_they_were_renamed()
    {
        var server = await shared.ServerAsync();
        var uid = await server.AddPersonAsync();
        var client = Slapd.Client(server.Settings());
        var id = (await client.CheckAsync(uid, SlapdServer.Password, Token)).Person!.Entry.Id;
        await server.AsAdminAsync(async (c, token) => (await c.ModifyAsync(Slapd.DnOf(uid), LdapChange.Replace, "displayName", [Slapd.Bytes("Renamed")], token)).Must("Renaming"));

        (await client.FindAsync(id, Token)).ShouldNotBeNull().Entry.DisplayName.ShouldBe("Renamed");
        await server.AsAdminAsync(async (c, token) => (await c.DeleteAsync(Slapd.DnOf(uid), token)).Must("Removing"));
        (await client.FindAsync(id, Token)).ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_search_reads_page_after_page_beyond_what_the_server_gives_at_once()
    {
        var server = await shared.ServerAsync();

        var found = await Slapd.Client(server.Settings()).WithinTimeAsync(
            async (connection, token) =>
            {
                (await connection.BindAsync(SlapdServer.SearchDn, SlapdServer.Password, token)).Must("The search account");
                return await connection.SearchAsync(SlapdServer.People, LdapFilter.Parse("(uid=crowd*)"), ["uid"], limit: 5000, token);
            },
            Token);

        found.Select(e => e.Dn).Distinct(StringComparer.Ordinal).Count().ShouldBe(SlapdServer.Crowd);
    }

    [Fact(Timeout = Timeout)]
    public async Task Hints_at_other_servers_are_not_followed()
    {
        // The directory has one, at ou=elsewhere; whoever followed it would meet nobody there and fail.
        var server = await shared.ServerAsync();

        (await Slapd.Client(server.Settings() with { UserFilter = "(|(uid={user})(ou={user}))" }).CheckAsync("elsewhere", SlapdServer.Password, Token)).Person.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_search_account_that_is_not_let_in_is_told_as_that()
    {
        var server = await shared.ServerAsync();
        var settings = server.Settings() with { BindPassword = Manager.Settings.Secret.Of("not the search account's") };

        var fault = await Should.ThrowAsync<LdapException>(() => Slapd.Client(settings).CheckAsync("alice", SlapdServer.Password, Token));

        fault.Fault.ShouldBe(LdapFault.SearchAccount);
        fault.Message.ShouldContain(SlapdServer.SearchDn);
        fault.Message.ShouldNotContain("not the search account's");
    }
}
