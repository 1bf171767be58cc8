using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Tests.Directories;

namespace CloudWorkstation.Manager.Tests.Registration;

/// <summary>Registration into a real OpenLDAP server.</summary>
public sealed class SlapdRegistrationTests(SharedSlapd shared) : IDisposable
{
    private const int Limit = 180_000;
    private readonly RegistrationHost host = new(directories: true);

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Who_registers_gets_an_account_in_the_directory_and_signs_in_with_it()
    {
        var server = await shared.ServerAsync();
        await UseAsync(server.Settings() with { BindDn = SlapdServer.AdminDn, CreateIn = SlapdServer.People });
        var name = "reg" + Guid.NewGuid().ToString("N")[..8];
        var link = await host.AskForLinkAsync(name, name + "@example.org");
        var verified = (await host.VerifyAsync(link)).Value;
        verified.Progress.State.ShouldBe(RegistrationState.Creating);

        await host.RunAsync();

        (await ProgressAsync(verified.Ticket)).State.ShouldBe(RegistrationState.Created);
        var account = (await host.SignInAsync(name)).Value.Account;
        account.Email.ShouldBe(name + "@example.org");
        account.Sources.ShouldBe(["ldap:corp"]);
        (await host.DocumentAsync("registrations", link.Split('.')[0])).ShouldNotContain("assword");
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_of_the_directory_is_not_taken_over_and_one_that_is_away_is_waited_for()
    {
        var server = await shared.ServerAsync();
        var settings = server.Settings() with { BindDn = SlapdServer.AdminDn, CreateIn = SlapdServer.People };
        await UseAsync(settings);
        var name = await server.AddPersonAsync("tak" + Guid.NewGuid().ToString("N")[..8]);
        var verified = (await host.VerifyAsync(await host.AskForLinkAsync(name, name + "@example.org"))).Value;
        await host.RunAsync();
        (await ProgressAsync(verified.Ticket)).Detail!.ShouldContain("taken");

        await UseAsync(settings with { Url = "ldaps://127.0.0.1:9" });
        var failed = await host.OnlyAsync(RegistrationState.Failed);
        (await host.Desk.RetryAsync(RegistrationHost.Admin, failed.Id, name + "2", RegistrationHost.Token)).Problem.ShouldBeNull();
        await host.RunAsync();
        var waiting = await ProgressAsync(verified.Ticket);
        waiting.State.ShouldBe(RegistrationState.Creating);
        waiting.Attempts.ShouldBe(1);

        await UseAsync(settings);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.RunAsync();
        (await ProgressAsync(verified.Ticket)).State.ShouldBe(RegistrationState.Created);
        (await host.SignInAsync(name + "2")).Problem.ShouldBeNull();
    }

    private async Task<RegistrationProgress> ProgressAsync(string ticket) => (await host.Registrations.ProgressAsync(ticket, RegistrationHost.Token)).Value;

    private async Task UseAsync(DirectorySettings directory)
    {
        var outcome = await host.Get<ISettings<DirectoriesSettings>>().ReplaceAsync(RegistrationHost.Admin, new DirectoriesSettings { Directories = [directory] }, null, RegistrationHost.Token);
        outcome.Problem.ShouldBeNull();
        await host.OpenAsync(new RegistrationSettings { Target = directory.Name });
    }
}
