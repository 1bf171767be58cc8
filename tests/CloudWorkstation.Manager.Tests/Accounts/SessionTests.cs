using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class SessionTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly AccountsHost host = new();

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_refresh_gives_new_tokens_for_the_same_session()
    {
        var first = await SignInAsync();
        host.Time.Advance(TimeSpan.FromMinutes(4));

        var second = await RefreshAsync(first.RefreshToken);

        second.SessionId.ShouldBe(first.SessionId);
        second.RefreshToken.ShouldNotBe(first.RefreshToken);
        second.RefreshExpiresAt.ShouldBe(first.RefreshExpiresAt);
        second.SessionTokenExpiresAt.ShouldBe(host.Time.GetUtcNow().AddMinutes(5));
        (await host.ActorAsync(second)).SessionId.ShouldBe(first.SessionId);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_whose_end_was_cut_short_by_a_crash_is_not_listed_as_alive()
    {
        var first = await SignInAsync();
        var manager = host.Service<CloudWorkstation.Manager.Accounts.Identity.AccountManager>();
        var account = (await manager.FindByIdAsync(first.Account.Id))!;
        account.Disabled = true;
        (await manager.UpdateAsync(account)).Succeeded.ShouldBeTrue();

        (await host.Sessions.ListAsync(Actor.System, first.Account.Id, AccountsHost.Token)).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Of_too_many_sessions_those_end_that_nobody_renews()
    {
        var browser = await SignInAsync();
        for (var i = 0; i < SessionLimits.MostPerAccount; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            (await host.SignInAsync(browser.Account.UserName)).Succeeded.ShouldBeTrue();
            browser = i % 50 == 0 ? await RefreshAsync(browser.RefreshToken) : browser;
        }

        var live = await host.Sessions.ListAsync(Actor.System, browser.Account.Id, AccountsHost.Token);

        live.Count.ShouldBe(SessionLimits.MostPerAccount);
        live.ShouldContain(s => s.Id == browser.SessionId);
        host.Endings.All.Single().Reason.ShouldBe("too-many-sessions");
    }

    [Fact(Timeout = Timeout)]
    public async Task Refresh_tokens_are_not_in_the_database()
    {
        var signedIn = await SignInAsync();
        var secrets = signedIn.RefreshToken.Split('.')[1..];

        foreach (var file in Directory.EnumerateFiles(host.Paths.Root, "cloudworkstation.db*"))
        {
            var content = await ReadSharedAsync(file);
            secrets.ShouldAllBe(s => !content.Contains(s, StringComparison.Ordinal));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_tabs_that_refresh_at_once_both_go_on()
    {
        var first = await SignInAsync();
        host.Time.Advance(TimeSpan.FromMinutes(4));

        var tabs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => RefreshAsync(first.RefreshToken))));

        tabs[0].RefreshToken.ShouldNotBe(tabs[1].RefreshToken);
        foreach (var tab in tabs)
        {
            host.Time.Advance(TimeSpan.FromSeconds(2));
            await RefreshAsync(tab.RefreshToken);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task A_refresh_token_that_comes_back_after_the_overlap_ends_the_session()
    {
        var first = await SignInAsync();
        var second = await RefreshAsync(first.RefreshToken);
        host.Time.Advance(TimeSpan.FromSeconds(11));

        (await host.Sessions.RefreshAsync(first.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");

        (await host.Sessions.RefreshAsync(second.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");
        (await host.RefusalAsync(second)).ShouldBe("session_ended");
        host.Endings.All.ShouldHaveSingleItem().Reason.ShouldBe("refresh-token-reused");
        (await host.AuditAsync()).Last(e => e.Action == "session.end").Detail.ShouldBe("refresh-token-reused");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_made_up_refresh_token_ends_nobodys_session()
    {
        var signedIn = await SignInAsync();
        var parts = signedIn.RefreshToken.Split('.');
        string[] forged = [$"{parts[0]}.{new string('a', 64)}.{new string('b', 64)}", $"{parts[0]}.{new string('a', 64)}.{parts[2]}", "x", "", new string('.', 5000)];

        foreach (var token in forged)
        {
            (await host.Sessions.RefreshAsync(token, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");
        }

        await RefreshAsync(signedIn.RefreshToken);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_session_is_over_twelve_hours_after_sign_in_however_often_it_was_refreshed()
    {
        var current = await SignInAsync();
        for (var i = 0; i < 11; i++)
        {
            host.Time.Advance(TimeSpan.FromHours(1));
            current = await RefreshAsync(current.RefreshToken);
        }

        host.Time.Advance(TimeSpan.FromMinutes(58));
        current = await RefreshAsync(current.RefreshToken);
        current.SessionTokenExpiresAt.ShouldBe(current.RefreshExpiresAt);

        host.Time.Advance(TimeSpan.FromMinutes(2));
        (await host.Sessions.RefreshAsync(current.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");
    }

    [Fact(Timeout = Timeout)]
    public async Task Signing_out_ends_the_session_at_once_and_tells_the_router()
    {
        var signedIn = await SignInAsync();
        var actor = await host.ActorAsync(signedIn);

        await host.Sessions.SignOutAsync(actor, AccountsHost.Token);

        (await host.RefusalAsync(signedIn)).ShouldBe("session_ended");
        (await host.Sessions.RefreshAsync(signedIn.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");
        host.Endings.All.ShouldBe([(signedIn.SessionId, host.Time.GetUtcNow().AddMinutes(5), "signed-out")]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Revocations_survive_a_restart_and_are_dropped_when_the_last_token_has_run_out()
    {
        var signedIn = await SignInAsync();
        await host.Sessions.SignOutAsync(await host.ActorAsync(signedIn), AccountsHost.Token);

        host.Restart();

        (await host.Revocations.LiveAsync(AccountsHost.Token)).ShouldBe([new Revocation(signedIn.SessionId, host.Time.GetUtcNow().AddMinutes(5))]);
        host.Time.Advance(TimeSpan.FromMinutes(5.1));
        (await host.Revocations.LiveAsync(AccountsHost.Token)).ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task Disabling_an_account_ends_its_sessions_at_once()
    {
        var signedIn = await SignInAsync();

        await host.Accounts.ChangeAsync(Actor.System, signedIn.Account.Id, new() { Disabled = true }, AccountsHost.Token);

        (await host.RefusalAsync(signedIn)).ShouldBe("session_ended");
        (await host.Sessions.RefreshAsync(signedIn.RefreshToken, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("session_ended");
        (await host.Service<ISignInCompletion>().CompleteAsync(signedIn.Account.Id, "oidc:test", null, null, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("account_disabled");
        host.Endings.All.ShouldHaveSingleItem().Session.ShouldBe(signedIn.SessionId);
    }

    [Fact(Timeout = Timeout)]
    public async Task Enabling_an_account_again_brings_no_old_session_back()
    {
        var signedIn = await SignInAsync();
        await host.Accounts.ChangeAsync(Actor.System, signedIn.Account.Id, new() { Disabled = true }, AccountsHost.Token);
        await host.Accounts.ChangeAsync(Actor.System, signedIn.Account.Id, new() { Disabled = false }, AccountsHost.Token);

        (await host.RefusalAsync(signedIn)).ShouldBe("session_ended");
        (await host.SignInAsync("alice")).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_role_that_is_taken_away_is_gone_with_the_next_request()
    {
        await host.CreateAsync("boss", AccountsHost.GoodPassword, "admin");
        await host.CreateAsync("deputy", AccountsHost.GoodPassword, "admin");
        var deputy = (await host.SignInAsync("deputy")).Value;

        await host.Accounts.ChangeAsync(Actor.System, deputy.Account.Id, new() { Roles = ["user"] }, AccountsHost.Token);

        (await host.RefusalAsync(deputy)).ShouldBe("session_ended");
        (await host.ActorAsync((await host.SignInAsync("deputy")).Value)).May(Permissions.AccountsManage).ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task Sessions_are_listed_newest_first_for_their_owner_and_for_admins()
    {
        var first = await SignInAsync();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = (await host.SignInAsync("alice")).Value;
        var alice = await host.ActorAsync(second);

        var mine = await host.Sessions.ListAsync(alice, alice.AccountId, AccountsHost.Token);

        mine.Select(s => s.Id).ShouldBe([second.SessionId, first.SessionId]);
        mine[0].UserAgent.ShouldBe("Test/1.0");
        (await host.Sessions.ListAsync(Actor.System, alice.AccountId, AccountsHost.Token)).Count.ShouldBe(2);
    }

    [Fact(Timeout = Timeout)]
    public async Task Someone_elses_session_can_neither_be_seen_nor_ended()
    {
        var alice = await SignInAsync();
        await host.CreateAsync("mallory");
        var mallory = await host.ActorAsync((await host.SignInAsync("mallory")).Value);

        (await host.Sessions.ListAsync(mallory, alice.Account.Id, AccountsHost.Token)).ShouldBeEmpty();
        (await host.Sessions.EndAsync(mallory, alice.SessionId, AccountsHost.Token)).Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.NotFound);
        (await host.RefusalAsync(alice)).ShouldBeNull();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_admin_can_end_anybodys_session_once()
    {
        var alice = await SignInAsync();

        (await host.Sessions.EndAsync(Actor.System, alice.SessionId, AccountsHost.Token)).Succeeded.ShouldBeTrue();

        (await host.RefusalAsync(alice)).ShouldBe("session_ended");
        (await host.Sessions.EndAsync(Actor.System, alice.SessionId, AccountsHost.Token)).Problem.ShouldNotBeNull().Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Fact(Timeout = Timeout)]
    public async Task Tokens_that_we_did_not_sign_or_that_are_over_are_refused()
    {
        var signedIn = await SignInAsync();
        using var stranger = RsaKey.Create(host.Keys.Current.Kid);
        var now = host.Time.GetUtcNow();
        var forged = new SessionToken(signedIn.Account.Id, "alice", [], ["admin"], signedIn.SessionId, now, now.AddMinutes(5)).Sign(stranger);

        (await host.Sessions.AuthenticateAsync(forged, null, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("unauthenticated");
        (await host.Sessions.AuthenticateAsync("rubbish", null, AccountsHost.Token)).Problem.ShouldNotBeNull().Code.ShouldBe("unauthenticated");
        host.Time.Advance(TimeSpan.FromMinutes(5));
        (await host.RefusalAsync(signedIn)).ShouldBe("unauthenticated");
    }

    private static async Task<string> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync(AccountsHost.Token);
    }

    private async Task<SignedIn> SignInAsync()
    {
        await host.CreateAsync("alice");
        return (await host.SignInAsync("alice")).Value;
    }

    private async Task<SignedIn> RefreshAsync(string token) => (await host.Sessions.RefreshAsync(token, AccountsHost.Token)).Value;
}
