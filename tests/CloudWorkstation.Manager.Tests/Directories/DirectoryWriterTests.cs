using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Tests.Accounts;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>Accounts that are made in real directories: once, completely, and never over somebody else's.</summary>
public sealed class DirectoryWriterTests(SharedSlapd openLdap, SharedSamba activeDirectory) : IDisposable
{
    private const int Timeout = 180_000;

    private readonly AccountsHost host = new();
    private readonly ClosedPort nobody = new();

    public void Dispose()
    {
        host.Dispose();
        nobody.Dispose();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_account_signs_in_and_is_in_its_groups(bool inActiveDirectory)
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory);

        var created = (await CreateAsync(settings, user)).Value;

        created.UserName.ShouldBe(user.UserName);
        created.Groups.ShouldHaveSingleItem();
        var verdict = await Slapd.Client(settings).CheckAsync(user.UserName, user.Password, AccountsHost.Token);
        verdict.Standing.ShouldBe(DirectoryStanding.Active);
        verdict.Person!.Entry.Id.ShouldBe(created.Id);
        (verdict.Person.Entry.DisplayName, verdict.Person.Entry.Email).ShouldBe((user.DisplayName, user.Email));
        (await host.SignInAsync(user.UserName, user.Password)).Value.Account.Sources.ShouldBe(["ldap:" + settings.Name]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_wish_again_ends_in_the_same_account(bool inActiveDirectory)
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory);
        var first = (await CreateAsync(settings, user)).Value;

        var second = (await CreateAsync(settings, user)).Value;

        (second.Id, second.Dn).ShouldBe((first.Id, first.Dn));
        (await Slapd.Client(settings).CheckAsync(user.UserName, user.Password, AccountsHost.Token)).Standing.ShouldBe(DirectoryStanding.Active);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_interrupted_run_left_without_password_and_groups_is_completed(bool inActiveDirectory)
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory);
        IAccountShape shape = inActiveDirectory ? new ActiveDirectoryShape(new DirectoryProfile(settings)) : new OpenLdapShape();
        var dn = $"{shape.NameAttribute}={user.UserName},{settings.CreateIn}";
        await Slapd.Client(settings).WithinTimeAsync(
            async (c, token) =>
            {
                await Slapd.Client(settings).BindSearcherAsync(c, token);
                return (await c.AddAsync(dn, [.. shape.Attributes(user), (OpenLdapShape.Mark, LdapText.Values("CloudWorkstation " + user.Request))], token)).Must("Adding");
            },
            AccountsHost.Token);
        (await Slapd.Client(settings).CheckAsync(user.UserName, user.Password, AccountsHost.Token)).Standing.ShouldBeNull();

        (await CreateAsync(settings, user)).Value.Groups.ShouldHaveSingleItem();

        (await Slapd.Client(settings).CheckAsync(user.UserName, user.Password, AccountsHost.Token)).Standing.ShouldBe(DirectoryStanding.Active);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Somebody_elses_account_of_that_name_is_never_touched(bool inActiveDirectory)
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory);
        await CreateAsync(settings, user);

        var taken = (await CreateAsync(settings, user with { Request = "another", Password = "An0ther password" })).Problem.ShouldNotBeNull();

        taken.Code.ShouldBe("user_name_taken");
        (await Slapd.Client(settings).CheckAsync(user.UserName, user.Password, AccountsHost.Token)).Standing.ShouldBe(DirectoryStanding.Active);
        (await Slapd.Client(settings).CheckAsync(user.UserName, "An0ther password", AccountsHost.Token)).Standing.ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_password_that_the_domain_does_not_allow_is_the_persons_to_mend_and_leaves_nothing_behind()
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory: true);

        var refused = (await CreateAsync(settings, user with { Password = "simple" })).Problem.ShouldNotBeNull();

        refused.Errors.ShouldHaveSingleItem().Field.ShouldBe("password");
        (await CreateAsync(settings, user with { Request = "another" })).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task The_server_keeps_a_hash_of_the_password_and_not_the_password()
    {
        var server = await openLdap.ServerAsync();
        var (settings, user) = await PrepareAsync(inActiveDirectory: false);
        await CreateAsync(settings, user);

        var stored = await server.AsAdminAsync((c, token) => c.SearchAsync(Slapd.DnOf(user.UserName), LdapFilter.Parse("(objectClass=*)"), ["userPassword"], 1, token, baseOnly: true));

        stored[0].Text("userPassword").ShouldNotBeNull().ShouldStartWith("{SSHA");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("comma, plus + equals = quote \"")]
    [InlineData("*)(uid=*")]
    [InlineData("#1 <b> ; \\")]
    public async Task A_hostile_name_is_an_entry_of_that_name_and_nothing_else(string name)
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory: false);
        var hostile = user with { UserName = name + Guid.NewGuid().ToString("N") };

        var created = (await CreateAsync(settings, hostile)).Value;

        created.UserName.ShouldBe(hostile.UserName);
        created.Dn.ShouldEndWith("," + SlapdServer.People);
        (await Slapd.Client(settings).CheckAsync(hostile.UserName, hostile.Password, AccountsHost.Token)).Standing.ShouldBe(DirectoryStanding.Active);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("longer-than-twenty-characters")]
    [InlineData("with@sign")]
    [InlineData("a=b")]
    [InlineData("")]
    public async Task A_name_that_the_domain_cannot_have_is_refused_before_anything_is_asked(string name)
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory: true);

        (await CreateAsync(settings, user with { UserName = name })).Problem.ShouldNotBeNull().Errors.ShouldHaveSingleItem().Field.ShouldBe("userName");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_directory_that_is_down_is_worth_another_try_and_one_that_refuses_is_not()
    {
        var (settings, user) = await PrepareAsync(inActiveDirectory: false);

        var down = await CreateAsync(settings with { Url = nobody.Url }, user);
        var mayNot = await CreateAsync(settings with { BindDn = SlapdServer.SearchDn }, user);
        var nowhere = await CreateAsync(settings with { CreateIn = "ou=nowhere," + SlapdServer.BaseDn }, user);
        var unknown = await host.Service<IDirectoryWriter>().CreateAsync("other", user, AccountsHost.Token);

        down.Problem.ShouldNotBeNull().Code.ShouldBe("directory_unavailable");
        mayNot.Problem.ShouldNotBeNull().Code.ShouldBe("directory_refused");
        nowhere.Problem.ShouldNotBeNull().Code.ShouldBe("directory_refused");
        unknown.Problem.ShouldNotBeNull().Code.ShouldBe("not_found");
    }

    private async Task<(DirectorySettings Settings, NewDirectoryUser User)> PrepareAsync(bool inActiveDirectory)
    {
        var user = new NewDirectoryUser { Request = Samba.NewName("wish-"), UserName = Samba.NewName(), DisplayName = "New Person", Email = "new@example.test", Password = Samba.Password };
        if (inActiveDirectory)
        {
            var samba = await activeDirectory.ServerAsync();
            return (samba.Settings(await samba.AddGroupAsync(Samba.NewName("g"))), user);
        }

        var slapd = await openLdap.ServerAsync();
        var settings = slapd.Settings() with { BindDn = SlapdServer.AdminDn, CreateIn = SlapdServer.People, CreateInGroups = ["cn=Designers," + SlapdServer.Groups] };
        return (settings, user);
    }

    private async Task<Outcome<DirectoryEntry>> CreateAsync(DirectorySettings settings, NewDirectoryUser user)
    {
        var stored = await host.Service<ISettings<DirectoriesSettings>>().ReplaceAsync(Actor.System, new DirectoriesSettings { Directories = [settings] }, ifVersion: null, AccountsHost.Token);
        stored.Problem.ShouldBeNull();
        host.Time.Advance(DirectoryHealth.Rest);
        return await host.Service<IDirectoryWriter>().CreateAsync(settings.Name, user, AccountsHost.Token);
    }
}
