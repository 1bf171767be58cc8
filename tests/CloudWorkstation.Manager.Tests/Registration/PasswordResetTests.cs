using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Registration;

public sealed class PasswordResetTests : IDisposable
{
    private const int Limit = 120_000;
    private const string New = "five hanging lanterns";
    private readonly RegistrationHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Who_reads_the_mail_sets_a_new_password_and_every_session_ends()
    {
        await host.CreateAsync("alice", "alice@example.org");
        var session = (await host.SignInAsync("alice")).Value;
        var link = await AskAsync();

        (await ConfirmAsync(link)).Value.ShouldBeTrue();

        (await host.Get<ISessionService>().AuthenticateAsync(session.SessionToken, null, RegistrationHost.Token)).Succeeded.ShouldBeFalse();
        (await host.Get<ISessionService>().RefreshAsync(session.RefreshToken, RegistrationHost.Token)).Succeeded.ShouldBeFalse();
        host.Endings.All.ShouldContain(e => e.Session == session.SessionId);
        (await host.SignInAsync("alice")).Succeeded.ShouldBeFalse();
        (await host.SignInAsync("alice", New)).Succeeded.ShouldBeTrue();
        (await host.KindsAsync("alice@example.org")).ShouldBe(["password.changed", "password.reset"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_works_once_expires_and_dies_with_any_other_change_of_the_password()
    {
        var account = await host.CreateAsync("alice", "alice@example.org");
        var first = await AskAsync();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await AskAsync();
        (await ConfirmAsync(second)).Succeeded.ShouldBeTrue();
        (await ConfirmAsync(second)).Problem!.Code.ShouldBe("link_invalid");
        (await ConfirmAsync(first)).Problem!.Code.ShouldBe("link_invalid");

        var third = await AskAsync();
        await host.Get<IAccountService>().ChangeAsync(Actor.System, account.Id, new ChangeAccount { ResetPassword = true }, RegistrationHost.Token);
        (await ConfirmAsync(third)).Problem!.Code.ShouldBe("link_invalid");

        var fourth = await AskAsync();
        host.Time.Advance(TimeSpan.FromMinutes(30));
        (await ConfirmAsync(fourth)).Problem!.Code.ShouldBe("link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_used_in_two_windows_at_once_sets_one_password()
    {
        await host.CreateAsync("alice", "alice@example.org");
        var link = await AskAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => host.Resets.ConfirmAsync(link, $"{New} {i}", null, RegistrationHost.Token)));
        outcomes.Count(o => o.Succeeded).ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_password_that_breaks_the_rules_leaves_the_link_for_a_better_one()
    {
        await host.CreateAsync("alice", "alice@example.org");
        var link = await AskAsync();
        (await host.Resets.ConfirmAsync(link, "short", null, RegistrationHost.Token)).Problem!.Errors.ShouldAllBe(e => e.Field == "newPassword");
        (await ConfirmAsync(link)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_locked_account_is_open_again_afterwards()
    {
        await host.CreateAsync("alice", "alice@example.org");
        for (var i = 0; i < 5; i++)
        {
            await host.SignInAsync("alice", "wrong wrong wrong");
        }

        (await host.SignInAsync("alice")).Problem!.Code.ShouldBe("locked_out");
        await ConfirmAsync(await AskAsync());
        (await host.SignInAsync("alice", New)).Succeeded.ShouldBeTrue();
    }

    [Theory(Timeout = Limit)]
    [InlineData("alice@example.org", "password.reset")]
    [InlineData("Alice@EXAMPLE.org", "password.reset")]
    [InlineData("nobody@example.org", null)]
    [InlineData("disabled@example.org", null)]
    [InlineData("outside@example.org", "password.elsewhere")]
    public async Task Whatever_there_is_the_answer_is_the_same_and_only_the_mail_differs(string email, string? kind)
    {
        await host.CreateAsync("alice", "alice@example.org");
        var disabled = await host.CreateAsync("gone", "disabled@example.org");
        await host.Get<IAccountService>().ChangeAsync(Actor.System, disabled.Id, new ChangeAccount { Disabled = true }, RegistrationHost.Token);
        await host.Get<ExternalSignIn>().ResolveAsync(
            new ExternalIdentity { Source = "oidc:campus", Subject = "1", UserName = "outside", Email = "outside@example.org" }, null, RegistrationHost.Token);

        (await host.Resets.RequestAsync(email, host.Proof(), "192.0.2.1", RegistrationHost.Token)).Value.ShouldBeTrue();

        (await host.MailsAsync()).Select(m => m.Summary.Kind).ShouldBe(kind is null ? [] : [kind]);
    }

    [Fact(Timeout = Limit)]
    public async Task An_account_that_is_disabled_after_the_mail_stays_out()
    {
        var account = await host.CreateAsync("alice", "alice@example.org");
        var link = await AskAsync();
        await host.Get<IAccountService>().ChangeAsync(Actor.System, account.Id, new ChangeAccount { Disabled = true }, RegistrationHost.Token);
        (await ConfirmAsync(link)).Problem!.Code.ShouldBe("link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task It_can_be_turned_off()
    {
        await host.Get<ISettings<RegistrationSettings>>().ReplaceAsync(RegistrationHost.Admin, new RegistrationSettings { PasswordReset = false }, null, RegistrationHost.Token);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        (await host.Resets.RequestAsync("alice@example.org", host.Proof(), null, RegistrationHost.Token)).Problem!.Code.ShouldBe("registration_closed");
    }

    [Fact(Timeout = Limit)]
    public async Task The_secret_of_the_link_is_not_in_the_store()
    {
        await host.CreateAsync("alice", "alice@example.org");
        var link = await AskAsync();
        (await host.DocumentAsync("password-resets", link.Split('.')[0])).ShouldNotContain(link.Split('.')[1]);
        host.RawStore().ShouldNotContain(link.Split('.')[1]);
        host.Log.All.ShouldNotContain(link.Split('.')[1]);
        (await host.Store.GetAsync(new DocumentKey("password-resets", link.Split('.')[0]), RegistrationHost.Token)).ShouldNotBeNull();
    }

    private async Task<string> AskAsync()
    {
        (await host.Resets.RequestAsync("alice@example.org", host.Proof(), "192.0.2.1", RegistrationHost.Token)).Problem.ShouldBeNull();
        return await host.LinkAsync("alice@example.org", "reset");
    }

    private Task<Outcome<bool>> ConfirmAsync(string link) => host.Resets.ConfirmAsync(link, New, "192.0.2.1", RegistrationHost.Token);
}
