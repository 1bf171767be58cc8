using CloudWorkstation.Manager.Registration;

namespace CloudWorkstation.Manager.Tests.Registration;

public sealed class ApprovalTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly Actor Support = new("acc-support", "helpdesk", ["user", "support"], []);
    private readonly RegistrationHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task An_approved_one_gets_an_account_and_a_mail()
    {
        var ticket = await WaitAsync();
        (await host.SignInAsync("alice")).Succeeded.ShouldBeFalse();
        var waiting = await host.OnlyAsync(RegistrationState.Approval);

        var approved = (await host.Desk.ApproveAsync(RegistrationHost.Admin, waiting.Id, null, RegistrationHost.Token)).Value;

        approved.State.ShouldBe(RegistrationState.Created);
        approved.DecidedBy.ShouldBe("root-of-all");
        (await host.SignInAsync("alice")).Value.Account.Id.ShouldBe(approved.AccountId);
        (await host.KindsAsync("alice@example.org")).ShouldBe(["registration.created", "registration.waiting", "registration.verify"]);
        (await host.Registrations.ProgressAsync(ticket, RegistrationHost.Token)).Value.State.ShouldBe(RegistrationState.Created);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_one_is_told_why_and_is_forgotten()
    {
        var ticket = await WaitAsync();
        var waiting = await host.OnlyAsync(RegistrationState.Approval);

        (await host.Desk.RefuseAsync(RegistrationHost.Admin, waiting.Id, "Not on this course.", RegistrationHost.Token)).Value.State.ShouldBe(RegistrationState.Refused);

        (await host.MailsAsync()).First(m => m.Summary.Kind == "registration.refused").Text!.ShouldContain("Not on this course.");
        (await host.Registrations.ProgressAsync(ticket, RegistrationHost.Token)).Value.Detail.ShouldBe("Not on this course.");
        (await host.DocumentAsync("registrations", waiting.Id)).ShouldNotContain("passwordHash");
        (await host.Desk.ApproveAsync(RegistrationHost.Admin, waiting.Id, null, RegistrationHost.Token)).Problem!.Code.ShouldBe("conflict");
        (await host.SignInAsync("alice")).Succeeded.ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Two_administrators_who_decide_at_once_decide_once()
    {
        await WaitAsync();
        var id = (await host.OnlyAsync(RegistrationState.Approval)).Id;
        var decisions = await Task.WhenAll(
            host.Desk.ApproveAsync(RegistrationHost.Admin, id, null, RegistrationHost.Token),
            host.Desk.RefuseAsync(RegistrationHost.Admin, id, "no", RegistrationHost.Token),
            host.Desk.ApproveAsync(RegistrationHost.Admin, id, "alice.b", RegistrationHost.Token));
        decisions.Count(d => d.Succeeded).ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_that_was_taken_meanwhile_can_be_replaced_in_approving()
    {
        await WaitAsync();
        await host.CreateAsync("alice", "other@example.org");
        var id = (await host.OnlyAsync(RegistrationState.Approval)).Id;
        (await host.Desk.ApproveAsync(RegistrationHost.Admin, id, null, RegistrationHost.Token)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("userName");
        (await host.Desk.ApproveAsync(RegistrationHost.Admin, id, "root", RegistrationHost.Token)).Problem!.Code.ShouldBe("invalid");
        (await host.Desk.ApproveAsync(RegistrationHost.Admin, id, "alice.b", RegistrationHost.Token)).Value.UserName.ShouldBe("alice.b");
    }

    [Fact(Timeout = Limit)]
    public async Task What_nobody_decides_about_is_ended_after_a_month()
    {
        await WaitAsync();
        var id = (await host.OnlyAsync(RegistrationState.Approval)).Id;
        host.Time.Advance(RegistrationVerification.Patience);
        (await host.Get<RegistrationExpiry>().RunAsync(RegistrationHost.Token)).ShouldBe(1);
        (await host.OnlyAsync(RegistrationState.Cancelled)).Id.ShouldBe(id);
        (await host.DocumentAsync("registrations", id)).ShouldNotContain("passwordHash");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_who_may_manage_accounts_sees_and_decides()
    {
        await WaitAsync();
        var id = (await host.OnlyAsync(RegistrationState.Approval)).Id;
        (await host.Desk.ListAsync(Support, RegistrationState.Approval, 10, null, RegistrationHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Desk.GetAsync(Support, id, RegistrationHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Desk.ApproveAsync(Support, id, null, RegistrationHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Desk.RefuseAsync(Support, id, null, RegistrationHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Desk.RetryAsync(Support, id, null, RegistrationHost.Token)).Problem!.Code.ShouldBe("forbidden");
        (await host.Desk.CancelAsync(Support, id, RegistrationHost.Token)).Problem!.Code.ShouldBe("forbidden");
    }

    [Fact(Timeout = Limit)]
    public async Task One_whose_address_is_not_verified_is_not_shown_and_cannot_be_approved()
    {
        await host.OpenAsync(new RegistrationSettings { Approval = RegistrationApproval.Admin });
        var id = (await host.AskForLinkAsync()).Split('.')[0];
        (await host.Desk.GetAsync(RegistrationHost.Admin, id, RegistrationHost.Token)).Problem!.Code.ShouldBe("not_found");
        (await host.Desk.ApproveAsync(RegistrationHost.Admin, id, null, RegistrationHost.Token)).Problem!.Code.ShouldBe("not_found");
        (await host.Desk.ListAsync(RegistrationHost.Admin, RegistrationState.Unverified, 10, null, RegistrationHost.Token)).Value.Items.ShouldBeEmpty();
    }

    private async Task<string> WaitAsync()
    {
        await host.OpenAsync(new RegistrationSettings { Approval = RegistrationApproval.Admin });
        var verified = (await host.VerifyAsync(await host.AskForLinkAsync())).Value;
        verified.Progress.State.ShouldBe(RegistrationState.Approval);
        return verified.Ticket;
    }
}
