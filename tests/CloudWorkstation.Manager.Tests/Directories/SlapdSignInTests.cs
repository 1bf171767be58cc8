using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>Search and bind against a real OpenLDAP server.</summary>
public sealed class SlapdSignInTests(SharedSlapd shared)
{
    private const int Timeout = 120_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
}
