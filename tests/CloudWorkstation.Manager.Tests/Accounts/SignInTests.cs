using System.Buffers.Binary;
using System.Text.Json;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class SignInTests : IDisposable
{
    private const int Timeout = 60_000;
    private const string Wrong = "not the password";

    private readonly AccountsHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task The_right_password_signs_in_and_the_token_names_the_person()
    {
        var account = await host.CreateAsync("Alice", AccountsHost.GoodPassword, "user", "admin");

        var signedIn = (await host.SignInAsync("alice")).Value;

        var actor = await host.ActorAsync(signedIn);
        actor.AccountId.ShouldBe(account.Id);
        actor.UserName.ShouldBe("Alice");
        actor.Roles.ShouldBe(["user", "admin"]);
        actor.SessionId.ShouldBe(signedIn.SessionId);
        actor.Address.ShouldBe("192.0.2.7");
        signedIn.SessionTokenExpiresAt.ShouldBe(host.Time.GetUtcNow().AddMinutes(5));
        signedIn.RefreshExpiresAt.ShouldBe(host.Time.GetUtcNow().AddHours(12));
        signedIn.Account.LastSignInAt.ShouldBe(host.Time.GetUtcNow());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer()
    {
        await host.CreateAsync("alice");

        var wrong = (await host.SignInAsync("alice", Wrong)).Problem.ShouldNotBeNull();
        var unknown = (await host.SignInAsync("nobody", Wrong)).Problem.ShouldNotBeNull();

        wrong.Code.ShouldBe("invalid_credentials");
        unknown.ShouldBe(wrong);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("has space")]
    [InlineData("../../etc")]
    [InlineData("naïve\0")]
    public async Task Names_that_cannot_exist_are_answered_like_unknown_ones(string name) =>
        (await host.SignInAsync(name, Wrong)).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");

    [Theory(Timeout = Timeout)]
    [InlineData("alice")]
    [InlineData("nobody")]
    public async Task Five_failures_lock_a_name_whether_or_not_it_exists(string name)
    {
        await host.CreateAsync("alice");
        for (var i = 0; i < 5; i++)
        {
            (await host.SignInAsync(name, Wrong)).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
        }

        var locked = (await host.SignInAsync(name)).Problem.ShouldNotBeNull();

        locked.Code.ShouldBe("locked_out");
        locked.Kind.ShouldBe(ProblemKind.Exhausted);
        locked.Extensions["retryAfterSeconds"].ShouldBe("300");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_lockout_ends_by_itself_and_the_next_one_is_twice_as_long()
    {
        await host.CreateAsync("alice");
        await FailAsync("alice", 5);
        host.Time.Advance(TimeSpan.FromSeconds(301));
        await FailAsync("alice", 5);

        var locked = (await host.SignInAsync("alice")).Problem.ShouldNotBeNull();
        locked.Extensions["retryAfterSeconds"].ShouldBe("600");

        host.Time.Advance(TimeSpan.FromSeconds(601));
        (await host.SignInAsync("alice")).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Lockouts_grow_to_an_hour_and_no_further()
    {
        await host.CreateAsync("alice");
        for (var i = 0; i < 8; i++)
        {
            await FailAsync("alice", 5);
            host.Time.Advance(TimeSpan.FromHours(1));
        }

        await FailAsync("alice", 5);
        (await host.SignInAsync("alice")).Problem.ShouldNotBeNull().Extensions["retryAfterSeconds"].ShouldBe("3600");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_success_forgets_the_failures_before_it()
    {
        await host.CreateAsync("alice");
        await FailAsync("alice", 4);
        (await host.SignInAsync("alice")).Succeeded.ShouldBeTrue();
        await FailAsync("alice", 4);

        (await host.SignInAsync("alice")).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task Guesses_in_parallel_do_not_get_past_the_lockout()
    {
        await host.CreateAsync("alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => host.SignInAsync("alice", Wrong))));

        answers.Count(a => a.Problem?.Code == "invalid_credentials").ShouldBe(5);
        answers.Count(a => a.Problem?.Code == "locked_out").ShouldBe(15);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_lockout_survives_a_restart()
    {
        await host.CreateAsync("alice");
        await FailAsync("alice", 5);

        host.Restart();

        (await host.SignInAsync("alice")).Problem.ShouldNotBeNull().Code.ShouldBe("locked_out");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_disabled_account_is_told_so_only_after_the_right_password()
    {
        var account = await host.CreateAsync("alice");
        await host.Accounts.ChangeAsync(Actor.System, account.Id, new() { Disabled = true }, AccountsHost.Token);

        (await host.SignInAsync("alice", Wrong)).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
        (await host.SignInAsync("alice")).Problem.ShouldNotBeNull().Code.ShouldBe("account_disabled");
    }

    [Fact(Timeout = Timeout)]
    public async Task Success_and_failure_are_in_the_audit_trail_without_what_was_typed()
    {
        var account = await host.CreateAsync("alice");
        await host.SignInAsync("alice", Wrong);
        await host.SignInAsync("hunter2hunter2", Wrong);
        await host.SignInAsync("alice");

        var entries = (await host.AuditAsync()).Where(e => e.Action == "session.sign-in").ToArray();

        entries.Select(e => (e.Target, e.Result)).ShouldBe([("account/" + account.Id, "refused"), ("account/unknown", "refused"), ("account/" + account.Id, "accepted")]);
        entries.ShouldAllBe(e => e.Address == "192.0.2.7");
        string.Concat(entries.Select(e => e.ToString())).ShouldNotContain("hunter2");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_hash_with_fewer_iterations_than_today_is_renewed_at_the_next_sign_in()
    {
        await host.CreateAsync("alice");
        host.Restart(new Dictionary<string, string?> { ["Accounts:PasswordIterations"] = "2000" });

        (await host.SignInAsync("alice")).Succeeded.ShouldBeTrue();

        (await IterationsAsync()).ShouldBe(2000);
        (await host.SignInAsync("alice")).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public void Passwords_are_hashed_at_least_210000_times_unless_set_otherwise() =>
        new AccountOptions().PasswordIterations.ShouldBeGreaterThanOrEqualTo(210_000);

    // Identity's format 3: marker, pseudo-random function, iterations, salt length, four bytes each after the marker.
    private async Task<int> IterationsAsync()
    {
        var id = (await host.Accounts.ListAsync(Actor.System, "alice", 1, null, AccountsHost.Token)).Value.Items[0].Account.Id;
        var document = await host.Service<IDocumentStore>().GetAsync(new DocumentKey("accounts", id), AccountsHost.Token);
        var hash = JsonDocument.Parse(document.ShouldNotBeNull().Json).RootElement.GetProperty("passwordHash").GetBytesFromBase64();
        return BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5));
    }

    private async Task FailAsync(string name, int times)
    {
        for (var i = 0; i < times; i++)
        {
            (await host.SignInAsync(name, Wrong)).Problem.ShouldNotBeNull().Code.ShouldBe("invalid_credentials");
        }
    }
}
