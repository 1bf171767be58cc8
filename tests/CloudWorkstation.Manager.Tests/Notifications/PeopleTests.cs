using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Notifications.People;

namespace CloudWorkstation.Manager.Tests.Notifications;

/// <summary>Who is mailed about what.</summary>
public sealed class PeopleTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Token => NotificationsHost.Token;

    [Fact(Timeout = Timeout)]
    public async Task Somebody_whose_account_is_locked_is_mailed_in_words()
    {
        using var host = new NotificationsHost();
        var alice = await CreateAsync(host, "alice");
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await host.Service<ISessionService>().SignInAsync("alice", "wrong password", "192.0.2.7", null, Token);
        }

        (await host.WaitingAsync()).ShouldHaveSingleItem().Type.ShouldBe(NoticeTypes.AccountLocked);
        await host.TurnAsync();

        var mail = (await MailsAsync(host)).ShouldHaveSingleItem();
        (mail.To, mail.Kind, mail.AccountId).ShouldBe(("alice@example.org", NoticeTypes.AccountLocked, alice.Id));
        var text = host.Service<Mailer>().TextOf(mail);
        text.ShouldContain("192.0.2.7");
        text.ShouldContain("http://127.0.0.1:8080/account");
        (await host.WaitingAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_is_mailed_what_they_chose_not_to_be()
    {
        using var host = new NotificationsHost();
        var alice = await CreateAsync(host, "alice");
        var preferences = host.Service<INotificationPreferences>();
        await preferences.ChangeAsync(ActorOf(alice), new Dictionary<string, bool> { [NoticeTypes.AccountLocked] = false }, Token);

        await host.HappensAsync(host.Notices.AccountLocked(alice.Id, "alice", DateTimeOffset.UtcNow, null));
        await host.TurnAsync();
        (await MailsAsync(host)).ShouldBeEmpty();

        await preferences.ChangeAsync(ActorOf(alice), new Dictionary<string, bool> { [NoticeTypes.AccountLocked] = true }, Token);
        await host.HappensAsync(host.Notices.AccountLocked(alice.Id, "alice", DateTimeOffset.UtcNow, null));
        await host.TurnAsync();
        (await MailsAsync(host)).ShouldHaveSingleItem();
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_can_choose_not_to_hear_of_a_reset_of_their_second_factor_and_nobody_hears_of_it_twice()
    {
        using var host = new NotificationsHost();
        var alice = await CreateAsync(host, "alice");

        var refused = await host.Service<INotificationPreferences>().ChangeAsync(ActorOf(alice), new Dictionary<string, bool> { [NoticeTypes.SecondFactorReset] = false }, Token);
        refused.Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("mail.second-factor.reset");
        await host.HappensAsync(host.Notices.SecondFactorReset(alice.Id, "alice", "admin"));
        await host.TurnAsync();

        // The reset's own commit has the mail.
        (await MailsAsync(host)).ShouldBeEmpty();
        (await host.WaitingAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Administrators_are_told_who_asks_for_an_account_and_others_are_not()
    {
        using var host = new NotificationsHost();
        await CreateAsync(host, "alice");
        await CreateAsync(host, "root", "admin");
        await CreateAsync(host, "silent", "admin", address: false);

        await host.HappensAsync(host.Notices.ApprovalAsked("r1", "newcomer\r\nBcc: everybody@example.org", "new@example.org"));
        await host.TurnAsync();

        var mail = (await MailsAsync(host)).ShouldHaveSingleItem();
        mail.To.ShouldBe("root@example.org");
        mail.Subject.ShouldNotContain("\n");
        host.Service<Mailer>().TextOf(mail).Split('\n').ShouldAllBe(l => !l.StartsWith("Bcc", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_is_disabled_or_gone_or_without_an_address_is_not_mailed()
    {
        using var host = new NotificationsHost();
        var alice = await CreateAsync(host, "alice");
        var bob = await CreateAsync(host, "bob", address: false);
        await host.Service<IAccountService>().ChangeAsync(Actor.System, alice.Id, new ChangeAccount { Disabled = true }, Token);

        foreach (var id in new[] { alice.Id, bob.Id, "acc-nobody" })
        {
            await host.HappensAsync(host.Notices.AccountLocked(id, "x", DateTimeOffset.UtcNow, null));
        }

        await host.TurnAsync();

        (await MailsAsync(host)).ShouldBeEmpty();
        (await host.WaitingAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task The_choices_are_those_that_can_concern_a_person_with_sensible_defaults()
    {
        using var host = new NotificationsHost();
        var preferences = host.Service<INotificationPreferences>();

        var user = await preferences.ReadAsync(new Actor("a1", "alice", ["user"], []), Token);
        user.Where(c => c.Mail).Select(c => c.Event).ShouldBe(["desktop.failed", "desktop.stopping-soon", "desktop.deleting-soon", "account.locked", "second-factor.reset"]);
        user.Where(c => !c.Mail).Select(c => c.Event).ShouldBe(["desktop.ready"]);
        (await preferences.ReadAsync(new Actor("a2", "root", ["admin"], []), Token)).Select(c => c.Event).ShouldContain("delivery.failing");
        var refused = await preferences.ChangeAsync(new Actor("a1", "alice", ["user"], []), new Dictionary<string, bool> { ["delivery.failing"] = true }, Token);
        refused.Problem!.Code.ShouldBe("invalid");
    }

    private static Actor ActorOf(Account account) => new(account.Id, account.UserName, account.Roles, account.Groups);

    private static async Task<Account> CreateAsync(NotificationsHost host, string name, string role = "user", bool address = true) =>
        (await host.Service<IAccountService>().CreateAsync(Actor.System, new CreateAccount(name, null, address ? $"{name}@example.org" : null, "four green bottles", [role]), Token)).Value.Account.Account;

    private static async Task<IReadOnlyList<OutboxMail>> MailsAsync(NotificationsHost host)
    {
        var mails = host.Service<OutboxDocuments>().Mails;
        return [.. (await mails.QueryAsync(mails.Query(OutboxDocuments.All, OutboxDocuments.All), Token)).Items.Select(m => m.Value)];
    }
}
