using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tests;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class PasskeyTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly AccountsHost host = new(PasskeyPerson.Settings);

    private IPasskeys Passkeys => host.Service<IPasskeys>();

    private static CancellationToken Token => AccountsHost.Token;

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_passkey_signs_in_alone_and_counts_as_both_factors()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        await FactorPerson.DemandAsync(host, new SignInSettings { RequireSecondFactorRoles = ["user"] });

        var signedIn = (await alice.SignInAsync()).Value;

        (await host.ActorAsync(signedIn)).UserName.ShouldBe("alice");
        (await host.Sessions.RefreshAsync(signedIn.RefreshToken, Token)).Succeeded.ShouldBeTrue();
        (await Passkeys.ListAsync(alice.Actor, Token)).Value.ShouldHaveSingleItem().LastUsedAt.ShouldBe(host.Time.GetUtcNow());
        (await host.AuditAsync()).ShouldContain(e => e.Action == "session.sign-in" && e.Detail == "passkey, second factor");
    }

    [Fact(Timeout = Timeout)]
    public async Task After_a_password_a_passkey_is_asked_for_and_completes_the_sign_in()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        (await host.StepAsync("alice")).Value.Session.ShouldBeNull();
        var challenge = await alice.ChallengeAsync();

        var waiting = (await FactorPerson.SignIn(host).FindAsync(challenge, Token)).Value;
        var (ticket, assertion) = await alice.AnswerSecondAsync(challenge);
        var signedIn = (await alice.SendSecondAsync(challenge, ticket, assertion)).Value;

        (waiting.App, waiting.Passkey, waiting.MustEnrol).ShouldBe((false, true, false));
        (await host.ActorAsync(signedIn.Session)).UserName.ShouldBe("alice");
        Code(await alice.SendSecondAsync(challenge, ticket, assertion)).ShouldBe("challenge_ended");
    }

    [Fact(Timeout = Timeout)]
    public async Task Providers_and_directories_are_asked_for_the_passkey_too()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");

        var step = (await host.Service<ISignInCompletion>().CompleteAsync(alice.Actor.AccountId, "oidc:company", null, null, Token)).Value;
        var challenge = step.Challenge.ShouldNotBeNull().Token;
        var (ticket, assertion) = await alice.AnswerSecondAsync(challenge);

        (await alice.SendSecondAsync(challenge, ticket, assertion)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_answer_that_comes_again_is_refused()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        var (ticket, assertion) = await alice.AnswerAsync();
        (await alice.SendAsync(ticket, assertion)).Succeeded.ShouldBeTrue();

        Code(await alice.SendAsync(ticket, assertion)).ShouldBe("passkey_refused");

        host.Restart(PasskeyPerson.Settings);
        Code(await alice.SendAsync(ticket, assertion)).ShouldBe("passkey_refused");
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_many_who_bring_the_same_answer_at_once_one_gets_in()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        // An authenticator that does not count, so that the counter helps nobody.
        var quiet = new SoftAuthenticator(PasskeyPerson.Origin) { Count = 0 };
        (await alice.AddAsync(quiet, "Phone")).Succeeded.ShouldBeTrue();
        var begun = (await host.Service<IPasskeySignIn>().BeginAsync(Token)).Value;
        quiet.Count = uint.MaxValue;
        var assertion = PasskeyPerson.Assertion(quiet.Use(begun.OptionsJson));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => alice.SendAsync(begun.Ticket, assertion), Token)));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "passkey_refused");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_challenge_is_good_for_one_ceremony_for_five_minutes_and_for_one_browser()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        var (ticket, assertion) = await alice.AnswerAsync();
        var (otherTicket, _) = await alice.AnswerAsync();

        Code(await alice.SendAsync(null, assertion)).ShouldBe("passkey_refused");
        Code(await alice.SendAsync("rubbish", assertion)).ShouldBe("passkey_refused");
        Code(await alice.SendAsync(otherTicket, assertion)).ShouldBe("passkey_refused");
        var challenge = await alice.ChallengeAsync();
        Code(await alice.SendSecondAsync(challenge, ticket, assertion)).ShouldBe("passkey_not_taken");
        Code(await Passkeys.ProveAsync(alice.Actor, ticket, assertion, Token)).ShouldBe("passkey_not_taken");
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Code(await alice.SendAsync(ticket, assertion)).ShouldBe("passkey_refused");
    }

    [Fact(Timeout = Timeout)]
    public async Task An_answer_given_to_another_site_is_refused()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        alice.Key.Origin = "http://localhost.example.com:8080";

        Code(await alice.SignInAsync()).ShouldBe("passkey_refused");
        alice.Key.Origin = PasskeyPerson.Origin;
        (await alice.SignInAsync()).Succeeded.ShouldBeTrue();

        (await host.AuditAsync()).ShouldContain(e => e.Action == "session.passkey" && e.Target == "account/" + alice.Actor.AccountId && e.Detail!.Contains("invalid origin"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_key_whose_counter_goes_back_is_refused_and_its_owner_hears_of_it()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        (await alice.SignInAsync()).Succeeded.ShouldBeTrue();
        alice.Key.Count = 0;

        Code(await alice.SignInAsync()).ShouldBe("passkey_refused");

        (await host.AuditAsync()).ShouldContain(e => e.Action == "session.passkey" && e.Result == "refused" && e.Detail == "the counter went back, as a copy's does");
    }

    [Fact(Timeout = Timeout)]
    public async Task Alone_a_key_must_have_verified_its_owner()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        alice.Key.Verifies = false;

        Code(await alice.SignInAsync()).ShouldBe("passkey_refused");

        var challenge = await alice.ChallengeAsync();
        var (ticket, assertion) = await alice.AnswerSecondAsync(challenge);
        (await alice.SendSecondAsync(challenge, ticket, assertion)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Somebody_elses_key_completes_nobodys_sign_in()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        var mallory = await PasskeyPerson.WithKeyAsync(host, "mallory");
        var challenge = await alice.ChallengeAsync();
        var begun = (await host.Service<IPasskeySignIn>().BeginSecondAsync(challenge, Token)).Value;

        Code(await alice.SendSecondAsync(challenge, begun.Ticket, PasskeyPerson.Assertion(mallory.Key.Use(begun.OptionsJson)))).ShouldBe("passkey_not_taken");

        mallory.Key.UserHandle = alice.Key.UserHandle;
        Code(await mallory.SignInAsync()).ShouldBe("passkey_refused");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_removed_key_is_refused()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");

        (await Passkeys.RemoveAsync(alice.Actor, alice.Added.Passkey.Id, Token)).Succeeded.ShouldBeTrue();

        Code(await alice.SignInAsync()).ShouldBe("passkey_refused");
        (await host.StepAsync("alice")).Value.Session.ShouldNotBeNull();
        Code(await Passkeys.RemoveAsync(alice.Actor, alice.Added.Passkey.Id, Token)).ShouldBe("not_found");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_key_belongs_to_one_account()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        var bob = await PasskeyPerson.WithKeyAsync(host, "bob");

        Code(await bob.AddAsync(alice.Key)).ShouldBe("passkey_not_taken");
        (await alice.SignInAsync()).Succeeded.ShouldBeFalse("the key says now that it is Bob's");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_user_handle_does_not_tell_the_name()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");

        System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(alice.Key.UserHandle)).ShouldBe(alice.Actor.AccountId);
        alice.Actor.AccountId.ShouldNotContain("alice");
    }

    [Fact(Timeout = Timeout)]
    public async Task Recovery_codes_come_with_the_first_key_and_stand_in_for_it()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        alice.Added.RecoveryCodes.Count.ShouldBe(10);
        (await alice.AddAsync(new SoftAuthenticator(PasskeyPerson.Origin), "Phone")).Value.RecoveryCodes.ShouldBeEmpty();

        var code = alice.Added.RecoveryCodes[0];
        (await FactorPerson.SignIn(host).CompleteAsync(await alice.ChallengeAsync(), code, null, null, Token)).Succeeded.ShouldBeTrue();

        Code(await FactorPerson.SignIn(host).CompleteAsync(await alice.ChallengeAsync(), code, null, null, Token)).ShouldBe("invalid_code");
    }

    [Fact(Timeout = Timeout)]
    public async Task Who_must_have_a_second_factor_has_one_with_a_passkey_and_keeps_the_last()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        await FactorPerson.DemandAsync(host, new SignInSettings { RequireSecondFactorRoles = ["user"] });

        (await host.StepAsync("alice")).Value.Challenge.ShouldNotBeNull().MustEnrol.ShouldBeFalse();

        Code(await Passkeys.RemoveAsync(alice.Actor, alice.Added.Passkey.Id, Token)).ShouldBe("second_factor_mandatory");
        (await alice.SignInAsync()).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task The_app_can_go_while_a_key_is_left_and_takes_no_recovery_codes_with_it()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var key = new SoftAuthenticator(PasskeyPerson.Origin);
        var begun = (await Passkeys.BeginAsync(alice.Actor, Token)).Value;
        (await Passkeys.AddAsync(alice.Actor, begun.Ticket, "Laptop", PasskeyPerson.Attestation(key.Make(begun.OptionsJson)), Token)).Value.RecoveryCodes.ShouldBeEmpty();
        await FactorPerson.DemandAsync(host, new SignInSettings { RequireSecondFactorRoles = ["user"] });

        (await host.Service<ISecondFactorService>().DisableAsync(alice.Actor, AccountsHost.GoodPassword, alice.Code, Token)).Succeeded.ShouldBeTrue();

        var now = (await host.Service<ISecondFactorService>().GetAsync(alice.Actor, Token)).Value;
        (now.Enabled, now.Passkeys, now.RecoveryCodesLeft).ShouldBe((false, 1, 10));
        (await alice.CompleteAsync(await alice.ChallengeAsync(), alice.RecoveryCodes[0])).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_administrators_reset_takes_the_keys_away_and_frees_them()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");

        (await host.Service<ISecondFactorService>().ResetAsync(Actor.System, alice.Actor.AccountId, Token)).Succeeded.ShouldBeTrue();

        Code(await alice.SignInAsync()).ShouldBe("passkey_refused");
        await alice.EnterAsync();
        (await Passkeys.ListAsync(alice.Actor, Token)).Value.ShouldBeEmpty();
        (await alice.AddAsync()).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Whom_a_provider_alone_vouches_for_does_not_come_in_by_a_key_alone()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        await FactorPerson.DemandAsync(host, new SignInSettings { LocalPasswords = false });

        Code(await alice.SignInAsync()).ShouldBe("passkey_not_alone");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_disabled_account_does_not_come_in_by_its_key()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        await host.Accounts.ChangeAsync(Actor.System, alice.Actor.AccountId, new ChangeAccount { Disabled = true }, Token);

        Code(await alice.SignInAsync()).ShouldBe("account_disabled");
    }

    [Fact(Timeout = Timeout)]
    public async Task Adding_and_removing_need_a_fresh_proof_which_a_key_can_give()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        host.Time.Advance(TimeSpan.FromMinutes(10));

        var refused = (await Passkeys.RemoveAsync(alice.Actor, alice.Added.Passkey.Id, Token)).Problem!;
        (refused.Code, refused.Extensions["by"], refused.Extensions["passkey"]).ShouldBe(("proof_required", "passkey", "true"));
        Code(await Passkeys.BeginAsync(alice.Actor, Token)).ShouldBe("proof_required");
        var begun = (await Passkeys.BeginProofAsync(alice.Actor, Token)).Value;
        (await Passkeys.ProveAsync(alice.Actor, begun.Ticket, PasskeyPerson.Assertion(alice.Key.Use(begun.OptionsJson)), Token)).Succeeded.ShouldBeTrue();

        (await Passkeys.RemoveAsync(alice.Actor, alice.Added.Passkey.Id, Token)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_name_is_its_owners_to_change()
    {
        var alice = await PasskeyPerson.WithKeyAsync(host, "alice");
        var bob = await PasskeyPerson.WithKeyAsync(host, "bob");
        var id = alice.Added.Passkey.Id;

        (await Passkeys.RenameAsync(alice.Actor, id, " Work laptop ", Token)).Value.Name.ShouldBe("Work laptop");

        Code(await Passkeys.RenameAsync(alice.Actor, id, "", Token)).ShouldBe("invalid");
        Code(await Passkeys.RenameAsync(bob.Actor, id, "Mine", Token)).ShouldBe("not_found");
        Code(await Passkeys.RemoveAsync(bob.Actor, id, Token)).ShouldBe("not_found");
        (await alice.SignInAsync()).Succeeded.ShouldBeTrue();
    }

    private static string? Code<T>(Outcome<T> outcome) => outcome.Problem?.Code;
}

/// <summary>Which addresses passkeys are made for.</summary>
public sealed class PasskeyDomainTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("https://desktops.example.com", true)]
    [InlineData("https://desktops.example.com:8443", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://127.0.0.1:8080", false)]
    [InlineData("https://192.0.2.7", false)]
    [InlineData("https://[2001:db8::1]", false)]
    [InlineData("http://desktops.example.com", false)]
    public async Task A_name_by_https_or_this_machines_own_will_do(string address, bool offered)
    {
        await Task.Yield();
        using var host = new AccountsHost(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Accounts:PasswordIterations"] = "1000", ["PublicUrl"] = address });

        var availability = host.Service<IPasskeys>().Availability;

        availability.Offered.ShouldBe(offered);
        (availability.Reason is null).ShouldBe(offered);
        ((await host.Service<IPasskeySignIn>().BeginAsync(AccountsHost.Token)).Problem?.Code).ShouldBe(offered ? null : "passkeys_unavailable");
    }
}
