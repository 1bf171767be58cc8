using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Registration.Addresses;

namespace CloudWorkstation.Manager.Tests.Registration;

public sealed class EmailChangeTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Old = "alice@example.org";
    private const string New = "alice.adams@example.org";
    private readonly RegistrationHost host = new();

    private IEmailChanges Emails => host.Get<IEmailChanges>();

    private static CancellationToken Token => RegistrationHost.Token;

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_new_address_counts_once_its_link_has_come_back_and_the_old_one_is_told()
    {
        var alice = await AliceAsync();

        (await Emails.RequestAsync(alice, New, Token)).Succeeded.ShouldBeTrue();
        (await Emails.GetAsync(alice, Token)).Value.Email.ShouldBe(Old);
        var link = await host.LinkAsync(New, "email");
        (await Emails.ConfirmAsync(link, null, Token)).Value.ShouldBe(New);

        (await Emails.GetAsync(alice, Token)).Value.Email.ShouldBe(New);
        (await host.KindsAsync(Old)).ShouldBe(["email.changed"]);
        (await Emails.ConfirmAsync(link, null, Token)).Problem!.Code.ShouldBe("link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_dies_with_its_time_a_new_password_and_another_change()
    {
        var alice = await AliceAsync();
        await Emails.RequestAsync(alice, New, Token);
        var late = await host.LinkAsync(New, "email");
        host.Time.Advance(TimeSpan.FromMinutes(30));
        (await Emails.ConfirmAsync(late, null, Token)).Problem!.Code.ShouldBe("link_invalid");

        alice = await EnterAsync();
        await Emails.RequestAsync(alice, "one@example.org", Token);
        await Emails.RequestAsync(alice, "two@example.org", Token);
        var (one, two) = (await host.LinkAsync("one@example.org", "email"), await host.LinkAsync("two@example.org", "email"));
        (await Emails.ConfirmAsync(one, null, Token)).Succeeded.ShouldBeTrue();
        (await Emails.ConfirmAsync(two, null, Token)).Problem!.Code.ShouldBe("link_invalid");

        await Emails.RequestAsync(alice, "three@example.org", Token);
        var three = await host.LinkAsync("three@example.org", "email");
        await host.Get<IAccountService>().ChangeAsync(Actor.System, alice.AccountId, new ChangeAccount { ResetPassword = true }, Token);
        (await Emails.ConfirmAsync(three, null, Token)).Problem!.Code.ShouldBe("link_invalid");
    }

    [Fact(Timeout = Limit)]
    public async Task Somebody_elses_address_gives_the_same_answer_and_no_link()
    {
        var alice = await AliceAsync();
        await host.CreateAsync("bob", "bob@example.org");

        (await Emails.RequestAsync(alice, "bob@example.org", Token)).Succeeded.ShouldBeTrue();

        (await host.KindsAsync("bob@example.org")).ShouldBe(["email.taken"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Asking_needs_a_fresh_proof()
    {
        var alice = await AliceAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));

        (await Emails.RequestAsync(alice, New, Token)).Problem!.Code.ShouldBe("proof_required");
    }

    [Theory(Timeout = Limit)]
    [InlineData("no address")]
    [InlineData("ALICE@example.org")]
    [InlineData("alice@elsewhere.example")]
    public async Task What_is_no_address_ones_own_or_of_another_domain_than_may_register_is_refused(string email)
    {
        await host.OpenAsync();
        var alice = await AliceAsync();

        (await Emails.RequestAsync(alice, email, Token)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("email");
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_to_reset_the_password_that_went_to_the_old_address_is_void()
    {
        var alice = await AliceAsync();
        await host.Resets.RequestAsync(Old, host.Proof(), null, Token);
        var reset = await host.LinkAsync(Old, "reset");
        await Emails.RequestAsync(alice, New, Token);
        (await Emails.ConfirmAsync(await host.LinkAsync(New, "email"), null, Token)).Succeeded.ShouldBeTrue();

        (await host.Resets.ConfirmAsync(reset, "five hanging lanterns", null, Token)).Problem!.Code.ShouldBe("link_invalid");
    }

    private async Task<Actor> AliceAsync()
    {
        await host.CreateAsync("alice", Old);
        return await EnterAsync();
    }

    private async Task<Actor> EnterAsync()
    {
        var signedIn = (await host.SignInAsync("alice")).Value;
        return (await host.Get<ISessionService>().AuthenticateAsync(signedIn.SessionToken, null, Token)).Value;
    }
}
