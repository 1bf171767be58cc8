using System.Text;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class SecondFactorTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly AccountsHost host = new();

    private ISecondFactorService Factor => host.Service<ISecondFactorService>();

    private IProofs Proofs => host.Service<IProofs>();

    private static CancellationToken Token => AccountsHost.Token;

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_password_and_a_code_sign_in_and_a_password_alone_does_not()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");

        var step = (await host.StepAsync("alice")).Value;
        step.Session.ShouldBeNull();
        step.Challenge.ShouldNotBeNull().MustEnrol.ShouldBeFalse();
        var signedIn = (await alice.CompleteAsync(step.Challenge.Token, alice.Code)).Value;

        (await host.ActorAsync(signedIn.Session)).UserName.ShouldBe("alice");
        signedIn.RecoveryCodes.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_factor_counts_only_after_a_code_of_it_has_come_back()
    {
        await host.CreateAsync("alice");
        var actor = await host.ActorAsync((await host.SignInAsync("alice")).Value);

        await Factor.BeginAsync(actor, Token);
        Code(await Factor.ConfirmAsync(actor, "000000", Token)).ShouldBe("invalid_code");

        (await Factor.GetAsync(actor, Token)).Value.Enabled.ShouldBeFalse();
        (await host.StepAsync("alice")).Value.Session.ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task Providers_and_directories_are_asked_for_the_code_too()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");

        var step = (await host.Service<ISignInCompletion>().CompleteAsync(alice.Actor.AccountId, "oidc:company", null, null, Token)).Value;

        step.Session.ShouldBeNull();
        (await alice.CompleteAsync(step.Challenge.ShouldNotBeNull().Token, alice.Code)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_code_is_good_once_whatever_the_window_says()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var code = alice.Code;
        (await alice.SignInAsync(code)).Succeeded.ShouldBeTrue();

        Code(await alice.SignInAsync(code)).ShouldBe("code_used");

        alice.NextCode();
        Code(await alice.SignInAsync(code)).ShouldBe("code_used");
        (await alice.SignInAsync()).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_code_older_than_one_that_was_used_is_refused()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var older = alice.Code;
        alice.NextCode();
        (await alice.SignInAsync()).Succeeded.ShouldBeTrue();

        Code(await alice.SignInAsync(older)).ShouldBe("code_used");
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_two_who_bring_the_same_code_at_once_one_gets_in()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var code = alice.Code;
        string[] challenges = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => alice.ChallengeAsync()))];

        var outcomes = await Task.WhenAll(challenges.Select(c => Task.Run(() => alice.CompleteAsync(c, code), Token)));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Where(o => !o.Succeeded).ShouldAllBe(o => o.Problem!.Code == "code_used");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_used_code_stays_used_after_a_restart()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var code = alice.Code;
        (await alice.SignInAsync(code)).Succeeded.ShouldBeTrue();

        host.Restart();

        Code(await alice.SignInAsync(code)).ShouldBe("code_used");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_challenge_is_used_once_and_for_five_minutes()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var used = await alice.ChallengeAsync();
        (await alice.CompleteAsync(used, alice.Code)).Succeeded.ShouldBeTrue();
        alice.NextCode();
        Code(await alice.CompleteAsync(used, alice.Code)).ShouldBe("challenge_ended");

        var late = await alice.ChallengeAsync();
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Code(await alice.CompleteAsync(late, alice.Code)).ShouldBe("challenge_ended");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("cwsf_")]
    [InlineData("../../accounts/x")]
    public async Task A_made_up_challenge_is_none(string challenge) =>
        Code(await FactorPerson.SignIn(host).CompleteAsync(challenge, "123456", null, null, Token)).ShouldBe("challenge_ended");

    [Fact(Timeout = Timeout)]
    public async Task A_challenge_ends_with_the_password_it_came_from()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var challenge = await alice.ChallengeAsync();

        await host.Accounts.ChangeAsync(Actor.System, alice.Actor.AccountId, new() { ResetPassword = true }, Token);

        Code(await alice.CompleteAsync(challenge, alice.Code)).ShouldBe("challenge_ended");
    }

    [Fact(Timeout = Timeout)]
    public async Task Wrong_codes_lock_and_neither_the_right_one_nor_the_right_password_opens()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        for (var i = 0; i < 5; i++)
        {
            Code(await alice.SignInAsync("000000")).ShouldBe("invalid_code");
        }

        var locked = (await alice.SignInAsync()).Problem.ShouldNotBeNull();
        locked.Code.ShouldBe("locked_out");
        locked.Extensions["retryAfterSeconds"].ShouldBe("300");
        Code(await alice.SignInAsync(alice.RecoveryCodes[0])).ShouldBe("locked_out");

        host.Time.Advance(TimeSpan.FromSeconds(301));
        (await alice.SignInAsync()).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Guesses_at_once_do_not_get_past_the_lockout_together()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        string[] challenges = [.. await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => alice.ChallengeAsync()))];

        var outcomes = await Task.WhenAll(challenges.Select(c => Task.Run(() => alice.CompleteAsync(c, "000000"), Token)));

        outcomes.Count(o => o.Problem!.Code == "invalid_code").ShouldBe(5);
        outcomes.Count(o => o.Problem!.Code == "locked_out").ShouldBe(7);
    }

    [Fact(Timeout = Timeout)]
    public async Task Each_recovery_code_is_good_once()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        alice.RecoveryCodes.Count.ShouldBe(10);

        (await alice.SignInAsync(alice.RecoveryCodes[3].ToUpperInvariant())).Succeeded.ShouldBeTrue();

        Code(await alice.SignInAsync(alice.RecoveryCodes[3])).ShouldBe("invalid_code");
        (await Factor.GetAsync(alice.Actor, Token)).Value.RecoveryCodesLeft.ShouldBe(9);
        (await host.AuditAsync()).ShouldContain(e => e.Action == "session.second-factor" && e.Detail == "recovery code; 9 left");
    }

    [Fact(Timeout = Timeout)]
    public async Task New_recovery_codes_void_the_ones_before()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");

        var renewed = (await Factor.RenewRecoveryCodesAsync(alice.Actor, Token)).Value;

        Code(await alice.SignInAsync(alice.RecoveryCodes[0])).ShouldBe("invalid_code");
        (await alice.SignInAsync(renewed[0])).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Neither_secret_nor_recovery_codes_are_stored_in_clear()
    {
        await host.CreateAsync("alice");
        var actor = await host.ActorAsync((await host.SignInAsync("alice")).Value);
        var enrolment = (await Factor.BeginAsync(actor, Token)).Value;
        var person = new FactorPerson(host, "alice");
        person.Scan(enrolment);
        var codes = (await Factor.ConfirmAsync(actor, person.Code, Token)).Value;

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(host.Paths.Database)!, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var text = await reader.ReadToEndAsync(Token);
            text.ShouldNotContain(enrolment.Secret, customMessage: file);
            codes.ShouldAllBe(c => !text.Contains(c, StringComparison.Ordinal), file);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Disabling_needs_the_password_and_a_code()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");

        Code(await Factor.DisableAsync(alice.Actor, "not the password", alice.Code, Token)).ShouldBe("invalid");
        Code(await Factor.DisableAsync(alice.Actor, AccountsHost.GoodPassword, "000000", Token)).ShouldBe("invalid_code");
        (await Factor.DisableAsync(alice.Actor, AccountsHost.GoodPassword, alice.Code, Token)).Succeeded.ShouldBeTrue();

        (await host.StepAsync("alice")).Value.Session.ShouldNotBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_administrator_resets_the_factor_of_somebody_who_lost_everything()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        var boss = await FactorPerson.EnrolledAsync(host, "boss", "admin");
        var session = (await alice.SignInAsync()).Value.Session;

        (await Factor.ResetAsync(boss.Actor, alice.Actor.AccountId, Token)).Succeeded.ShouldBeTrue();

        (await host.RefusalAsync(session)).ShouldBe("session_ended");
        (await host.StepAsync("alice")).Value.Session.ShouldNotBeNull();
        (await host.AuditAsync()).ShouldContain(e => e.Action == "account.second-factor" && e.ActorName == "boss" && e.Detail == "reset by an administrator");
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_resets_the_factor_of_who_may_do_more()
    {
        var boss = await FactorPerson.EnrolledAsync(host, "boss", "admin");
        var alice = await FactorPerson.EnrolledAsync(host, "alice");

        Code(await Factor.ResetAsync(alice.Actor, boss.Actor.AccountId, Token)).ShouldBe("forbidden");
        (await Factor.GetAsync(boss.Actor, Token)).Value.Enabled.ShouldBeTrue();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("role")]
    [InlineData("group")]
    public async Task Who_must_have_a_factor_sets_it_up_before_anything_else(string by)
    {
        await host.CreateAsync("alice");
        var account = (await host.SignInAsync("alice")).Value.Account;
        await host.Accounts.ChangeAsync(Actor.System, account.Id, new() { Groups = ["finance"] }, Token);
        await FactorPerson.DemandAsync(host, by == "role" ? new SignInSettings { RequireSecondFactorRoles = ["user"] } : new SignInSettings { RequireSecondFactorGroups = ["finance"] });
        var alice = new FactorPerson(host, "alice");

        var challenge = (await host.StepAsync("alice")).Value.Challenge.ShouldNotBeNull();
        challenge.MustEnrol.ShouldBeTrue();
        Code(await alice.CompleteAsync(challenge.Token, "123456")).ShouldBe("invalid_code");
        alice.Scan((await FactorPerson.SignIn(host).EnrolAsync(challenge.Token, Token)).Value);
        var signedIn = (await alice.CompleteAsync(challenge.Token, alice.Code)).Value;

        signedIn.RecoveryCodes.Count.ShouldBe(10);
        var actor = await host.ActorAsync(signedIn.Session);
        (await Factor.GetAsync(actor, Token)).Value.ShouldSatisfyAllConditions(f => f.Enabled.ShouldBeTrue(), f => f.Required.ShouldBeTrue());
        alice.NextCode();
        Code(await Factor.DisableAsync(actor, AccountsHost.GoodPassword, alice.Code, Token)).ShouldBe("second_factor_mandatory");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_challenge_to_bring_a_code_sets_nothing_up()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");

        Code(await FactorPerson.SignIn(host).EnrolAsync(await alice.ChallengeAsync(), Token)).ShouldBe("challenge_ended");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_from_before_the_demand_ends_when_it_is_renewed()
    {
        await host.CreateAsync("alice");
        var before = (await host.SignInAsync("alice")).Value;

        await FactorPerson.DemandAsync(host, new SignInSettings { RequireSecondFactorRoles = ["user"] });

        Code(await host.Sessions.RefreshAsync(before.RefreshToken, Token)).ShouldBe("session_ended");
        (await host.RefusalAsync(before)).ShouldBe("session_ended");
    }

    [Fact(Timeout = Timeout)]
    public async Task Sensitive_changes_want_a_fresh_proof_and_a_code_gives_it()
    {
        var alice = await FactorPerson.EnrolledAsync(host, "alice");
        host.Time.Advance(TimeSpan.FromMinutes(11));

        var demand = (await Factor.RenewRecoveryCodesAsync(alice.Actor, Token)).Problem.ShouldNotBeNull();
        demand.Code.ShouldBe("proof_required");
        demand.Extensions["by"].ShouldBe("code");
        Code(await host.Accounts.ChangePasswordAsync(alice.Actor, AccountsHost.GoodPassword, "seven purple kites", Token)).ShouldBe("proof_required");
        Code(await Proofs.ProveAsync(alice.Actor, AccountsHost.GoodPassword, null, Token)).ShouldBe("proof_required");

        (await Proofs.ProveAsync(alice.Actor, null, alice.Code, Token)).Succeeded.ShouldBeTrue();

        (await Factor.RenewRecoveryCodesAsync(alice.Actor, Token)).Succeeded.ShouldBeTrue();
        (await host.Accounts.ChangePasswordAsync(alice.Actor, AccountsHost.GoodPassword, "seven purple kites", Token)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_a_factor_the_password_is_the_proof()
    {
        await host.CreateAsync("alice");
        var actor = await host.ActorAsync((await host.SignInAsync("alice")).Value);
        host.Time.Advance(TimeSpan.FromMinutes(11));

        (await Factor.BeginAsync(actor, Token)).Problem.ShouldNotBeNull().Extensions["by"].ShouldBe("password");
        Code(await Proofs.ProveAsync(actor, "not the password", null, Token)).ShouldBe("invalid");
        (await Proofs.ProveAsync(actor, AccountsHost.GoodPassword, null, Token)).Succeeded.ShouldBeTrue();

        (await Factor.BeginAsync(actor, Token)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task With_local_passwords_off_only_administrators_sign_in_with_theirs()
    {
        await host.CreateAsync("alice");
        await host.CreateAsync("boss", AccountsHost.GoodPassword, "admin");

        await FactorPerson.DemandAsync(host, new SignInSettings { LocalPasswords = false });

        Code(await host.StepAsync("alice")).ShouldBe("password_sign_in_disabled");
        Code(await host.StepAsync("alice", "not the password")).ShouldBe("invalid_credentials");
        (await host.StepAsync("boss")).Succeeded.ShouldBeTrue();
    }

    private static string? Code<T>(Outcome<T> outcome) => outcome.Problem?.Code;
}
