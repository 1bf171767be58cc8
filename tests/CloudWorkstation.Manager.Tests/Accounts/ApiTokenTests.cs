using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Tokens;

namespace CloudWorkstation.Manager.Tests.Accounts;

public sealed class ApiTokenTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly AccountsHost host = new();

    private IApiTokens Tokens => host.Service<IApiTokens>();

    private static CancellationToken Token => AccountsHost.Token;

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task A_token_speaks_for_its_account_with_no_more_than_its_scopes()
    {
        var boss = await PersonAsync("boss", "admin");
        var made = await MakeAsync(boss, Permissions.AuditRead);

        var actor = (await Tokens.AuthenticateAsync(made.Text, "192.0.2.9", Token)).Value;

        actor.AccountId.ShouldBe(boss.AccountId);
        actor.SessionId.ShouldBeNull();
        actor.Token.ShouldNotBeNull().Id.ShouldBe(made.Token.Id);
        actor.Access.Permissions.ShouldBe([Permissions.AuditRead]);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_scope_read_gives_what_may_be_read_and_nothing_that_changes()
    {
        var boss = await PersonAsync("boss", "admin");
        var made = await MakeAsync(boss, ApiTokenScopes.Read);

        var actor = (await Tokens.AuthenticateAsync(made.Text, null, Token)).Value;

        actor.Access.Permissions.ShouldBe([Permissions.AccessRead, Permissions.AccountsRead, Permissions.AuditRead, Permissions.DesktopsRead, Permissions.StatisticsRead], ignoreOrder: true);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_scope_gives_nothing_that_the_account_has_not()
    {
        var alice = await PersonAsync("alice");
        var made = await MakeAsync(alice, Permissions.DesktopsUse, Permissions.AccountsManage);

        (await Tokens.AuthenticateAsync(made.Text, null, Token)).Value.Access.Permissions.ShouldBe([Permissions.DesktopsUse]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_role_that_is_taken_away_is_gone_from_the_token_at_once()
    {
        await PersonAsync("boss", "admin");
        var alice = await PersonAsync("alice", "user", "admin");
        var made = await MakeAsync(alice, Permissions.AuditRead, Permissions.DesktopsUse);

        await host.Accounts.ChangeAsync(Actor.System, alice.AccountId, new() { Roles = ["user"] }, Token);

        (await Tokens.AuthenticateAsync(made.Text, null, Token)).Value.Access.Permissions.ShouldBe([Permissions.DesktopsUse]);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_disabled_accounts_tokens_are_refused_at_once_and_stay_dead_when_it_is_enabled()
    {
        var alice = await PersonAsync("alice");
        var made = await MakeAsync(alice, ApiTokenScopes.Read);

        await host.Accounts.ChangeAsync(Actor.System, alice.AccountId, new() { Disabled = true }, Token);
        (await RefusalAsync(made.Text)).ShouldBe("unauthenticated");

        await host.Accounts.ChangeAsync(Actor.System, alice.AccountId, new() { Disabled = false }, Token);
        (await RefusalAsync(made.Text)).ShouldBe("unauthenticated");
        (await Tokens.ListAsync(Actor.System, alice.AccountId, Token)).Value.ShouldHaveSingleItem().Valid.ShouldBeFalse();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_revoked_token_is_refused_with_the_next_request_and_announced()
    {
        var alice = await PersonAsync("alice");
        var made = await MakeAsync(alice, ApiTokenScopes.Read);
        var told = new List<string>();
        Tokens.Revoked += (_, e) => told.Add(e.TokenId);

        (await Tokens.RevokeAsync(alice, made.Token.Id, Token)).Succeeded.ShouldBeTrue();

        (await RefusalAsync(made.Text)).ShouldBe("unauthenticated");
        (await Tokens.FindLiveAsync(made.Token.Id, null, Token)).ShouldBeNull();
        told.ShouldBe([made.Token.Id]);
        (await Tokens.ListAsync(alice, alice.AccountId, Token)).Value.ShouldBeEmpty();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_token_expires()
    {
        var alice = await PersonAsync("alice");
        var made = await MakeAsync(alice, ApiTokenScopes.Read);

        host.Time.Advance(TimeSpan.FromDays(29));
        (await RefusalAsync(made.Text)).ShouldBeNull();
        host.Time.Advance(TimeSpan.FromDays(1));

        (await RefusalAsync(made.Text)).ShouldBe("unauthenticated");
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_no_token_of_ours_is_refused_with_the_same_words()
    {
        var alice = await PersonAsync("alice");
        var good = (await MakeAsync(alice, ApiTokenScopes.Read)).Text;
        var other = ApiTokenText.New(service: false).Text;
        string[] bad = ["", "cwsp_", good[..^1], good + "x", good.Replace("cwsp_", "cwss_", StringComparison.Ordinal), other, good[..17] + other[17..], good.ToUpperInvariant(), "cwsp_../../accounts"];

        foreach (var text in bad)
        {
            var problem = (await Tokens.AuthenticateAsync(text, null, Token)).Problem.ShouldNotBeNull(text);
            problem.ShouldBe(AccountProblems.UnknownToken);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task The_last_use_is_written_at_most_once_a_minute()
    {
        var alice = await PersonAsync("alice");
        var made = await MakeAsync(alice, ApiTokenScopes.Read);
        var first = host.Time.GetUtcNow();
        await Tokens.AuthenticateAsync(made.Text, "192.0.2.1", Token);
        host.Time.Advance(TimeSpan.FromSeconds(59));
        await Tokens.AuthenticateAsync(made.Text, "192.0.2.2", Token);

        var seen = (await Tokens.ListAsync(alice, alice.AccountId, Token)).Value.ShouldHaveSingleItem();
        (seen.LastUsedAt, seen.LastUsedFrom).ShouldBe((first, "192.0.2.1"));

        host.Time.Advance(TimeSpan.FromSeconds(1));
        await Tokens.AuthenticateAsync(made.Text, "192.0.2.2", Token);
        (await Tokens.ListAsync(alice, alice.AccountId, Token)).Value.ShouldHaveSingleItem().LastUsedFrom.ShouldBe("192.0.2.2");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_token_can_neither_make_nor_revoke_tokens_nor_touch_password_and_factor()
    {
        var alice = await PersonAsync("alice");
        var made = await MakeAsync(alice, Permissions.DesktopsUse);
        var actor = (await Tokens.AuthenticateAsync(made.Text, null, Token)).Value;

        Code(await Tokens.CreateAsync(actor, Wanted(ApiTokenScopes.Read), Token)).ShouldBe("session_required");
        Code(await Tokens.RevokeAsync(actor, made.Token.Id, Token)).ShouldBe("session_required");
        Code(await host.Service<ISecondFactorService>().BeginAsync(actor, Token)).ShouldBe("session_required");
        Code(await host.Service<IProofs>().ProveAsync(actor, AccountsHost.GoodPassword, null, Token)).ShouldBe("session_required");
        Code(await host.Accounts.ChangePasswordAsync(actor, AccountsHost.GoodPassword, "seven purple kites", Token)).ShouldBe("session_required");
    }

    [Fact(Timeout = Timeout)]
    public async Task Making_a_token_wants_a_fresh_proof()
    {
        var alice = await PersonAsync("alice");
        host.Time.Advance(TimeSpan.FromMinutes(11));

        Code(await Tokens.CreateAsync(alice, Wanted(ApiTokenScopes.Read), Token)).ShouldBe("proof_required");
    }

    [Fact(Timeout = Timeout)]
    public async Task Scopes_name_and_expiry_are_checked()
    {
        var alice = await PersonAsync("alice");
        var now = host.Time.GetUtcNow();

        var problem = (await Tokens.CreateAsync(alice, new CreateToken(" ", ["everything"], now.AddDays(366)), Token)).Problem.ShouldNotBeNull();

        problem.Errors.Select(e => e.Field).ShouldBe(["name", "scopes", "expiresAt"]);
        Code(await Tokens.CreateAsync(alice, new CreateToken("late", [ApiTokenScopes.Read], now), Token)).ShouldBe("invalid");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_service_account_has_tokens_and_nothing_to_sign_in_with()
    {
        var boss = await PersonAsync("boss", "admin");
        var created = (await host.Accounts.CreateAsync(boss, Robot(), Token)).Value;
        created.GeneratedPassword.ShouldBeNull();
        var robot = created.Account.Account;
        robot.Kind.ShouldBe(AccountKind.Service);

        var made = (await Tokens.CreateAsync(boss, Wanted(Permissions.DesktopsUse) with { AccountId = robot.Id }, Token)).Value;

        made.Text.ShouldStartWith("cwss_");
        (await Tokens.AuthenticateAsync(made.Text, null, Token)).Value.UserName.ShouldBe("robot");
        Code(await host.StepAsync("robot")).ShouldBe("invalid_credentials");
        Code(await host.Service<ISignInCompletion>().CompleteAsync(robot.Id, "oidc:company", null, null, Token)).ShouldBe("service_account");
        Code(await host.Accounts.ChangeAsync(boss, robot.Id, new() { ResetPassword = true }, Token)).ShouldBe("service_account");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_service_account_says_what_it_is_for_and_gets_no_password()
    {
        var boss = await PersonAsync("boss", "admin");

        Code(await host.Accounts.CreateAsync(boss, Robot() with { Purpose = " " }, Token)).ShouldBe("invalid");
        Code(await host.Accounts.CreateAsync(boss, Robot() with { Password = AccountsHost.GoodPassword }, Token)).ShouldBe("service_account");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_service_account_is_never_the_last_administrator()
    {
        var boss = await PersonAsync("boss", "admin");
        await host.Accounts.CreateAsync(boss, Robot() with { Roles = ["user", "admin"] }, Token);

        Code(await host.Accounts.ChangeAsync(boss, boss.AccountId, new() { Disabled = true }, Token)).ShouldBe("last_admin");
    }

    [Fact(Timeout = Timeout)]
    public async Task Nobody_makes_tokens_of_other_people_or_of_who_may_do_more()
    {
        var boss = await PersonAsync("boss", "admin");
        var alice = await PersonAsync("alice");
        var robot = (await host.Accounts.CreateAsync(boss, Robot() with { Roles = ["user", "admin"] }, Token)).Value.Account.Account;
        await host.Service<IAccessService>().PutAsync(Actor.System, new Role { Name = "clerk", Permissions = [Permissions.AccountsManage, Permissions.AccountsRead], Entitlements = [] }, null, Token);
        var clerk = await PersonAsync("clerk", "user", "clerk");

        Code(await Tokens.CreateAsync(boss, Wanted(ApiTokenScopes.Read) with { AccountId = alice.AccountId }, Token)).ShouldBe("forbidden");
        Code(await Tokens.CreateAsync(alice, Wanted(ApiTokenScopes.Read) with { AccountId = robot.Id }, Token)).ShouldBe("not_found");
        Code(await Tokens.CreateAsync(clerk, Wanted(ApiTokenScopes.Read) with { AccountId = robot.Id }, Token)).ShouldBe("forbidden");
    }

    [Fact(Timeout = Timeout)]
    public async Task Other_peoples_tokens_are_seen_and_revoked_by_administrators_alone()
    {
        var boss = await PersonAsync("boss", "admin");
        var alice = await PersonAsync("alice");
        var mallory = await PersonAsync("mallory");
        var made = await MakeAsync(alice, ApiTokenScopes.Read);

        Code(await Tokens.ListAsync(mallory, alice.AccountId, Token)).ShouldBe("forbidden");
        Code(await Tokens.RevokeAsync(mallory, made.Token.Id, Token)).ShouldBe("not_found");
        (await Tokens.ListAsync(boss, alice.AccountId, Token)).Value.ShouldHaveSingleItem().Id.ShouldBe(made.Token.Id);
        (await Tokens.RevokeAsync(boss, made.Token.Id, Token)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task An_account_has_at_most_as_many_tokens_as_the_limit_says()
    {
        host.Restart(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Accounts:PasswordIterations"] = "1000", ["Tokens:PerAccount"] = "2" });
        var alice = await PersonAsync("alice");
        var first = await MakeAsync(alice, ApiTokenScopes.Read);
        await MakeAsync(alice, ApiTokenScopes.Read);

        Code(await Tokens.CreateAsync(alice, Wanted(ApiTokenScopes.Read), Token)).ShouldBe("invalid");
        await Tokens.RevokeAsync(alice, first.Token.Id, Token);
        (await Tokens.CreateAsync(alice, Wanted(ApiTokenScopes.Read), Token)).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_scanner_knows_a_token_by_its_shape_and_checksum()
    {
        await Task.Yield();
        var text = ApiTokenText.New(service: false).Text;

        text.ShouldMatch("^cwsp_[a-z][a-z0-9]{11}[A-Za-z0-9]{36}$");
        ApiTokenText.Parse(text).ShouldNotBeNull();
        var last = text[^1] == 'a' ? 'b' : 'a';
        ApiTokenText.Parse(text[..^1] + last).ShouldBeNull();
    }

    private static string? Code<T>(Outcome<T> outcome) => outcome.Problem?.Code;

    private static CreateAccount Robot() => new("robot", null, null, null, ["user"]) { Kind = AccountKind.Service, Purpose = "Nightly builds; Alice answers for it" };

    private CreateToken Wanted(params string[] scopes) => new("script", scopes, host.Time.GetUtcNow().AddDays(30));

    private async Task<CreatedToken> MakeAsync(Actor actor, params string[] scopes) => (await Tokens.CreateAsync(actor, Wanted(scopes), Token)).Value;

    private async Task<string?> RefusalAsync(string text) => (await Tokens.AuthenticateAsync(text, null, Token)).Problem?.Code;

    private async Task<Actor> PersonAsync(string name, params string[] roles)
    {
        await host.CreateAsync(name, AccountsHost.GoodPassword, roles);
        return await host.ActorAsync((await host.SignInAsync(name)).Value);
    }
}
