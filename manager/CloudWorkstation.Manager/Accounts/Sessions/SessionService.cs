using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Sessions;

/// <summary>
/// Sessions: started by a sign-in, renewed by refresh tokens (<c>SessionService.Refresh.cs</c>), asked about by every request, ended
/// by their owner or an administrator.
/// </summary>
internal sealed partial class SessionService(
    PasswordSignIn passwords,
    AccountManager manager,
    AccountUserStore accounts,
    SessionDocuments sessions,
    SessionEnder ender,
    IKeyRing keys,
    IAccessPolicy policy,
    IAuditLog audit,
    TimeProvider time) : ISessionService
{
    private const int MaximumUserAgent = 256;
    private const int Attempts = 10;

    public async Task<Outcome<SignedIn>> SignInAsync(
        string userName, string password, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(userName, "session.sign-in", address);
        var checkedAccount = await passwords.CheckAsync(attempt, password, cancellationToken);
        return checkedAccount.Problem is { } problem
            ? problem
            : await StartAsync(checkedAccount.Value, "password", address, userAgent, cancellationToken);
    }

    public async Task<Outcome<SignedIn>> StartAsync(
        string accountId, string method, string? address, string? userAgent, CancellationToken cancellationToken) =>
        await accounts.FindByIdAsync(accountId, cancellationToken) is { } account
            ? await StartAsync(account, method, address, userAgent, cancellationToken)
            : Problem.NotFound("account", accountId);

    /// <summary>Two point reads, so that a disabled account, a changed role or an ended session counts with the very next request.</summary>
    public async Task<Outcome<Actor>> AuthenticateAsync(string sessionToken, string? address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (SessionToken.Verify(sessionToken, keys.Find, now, out _) is not { } token)
        {
            return AccountProblems.Unauthenticated;
        }

        // An id that we signed is well-formed; one that we did not sign never gets here.
        var session = await sessions.GetAsync(token.SessionId, cancellationToken);
        if (session is null || !session.Value.IsLive(now) || !string.Equals(session.Value.AccountId, token.Subject, StringComparison.Ordinal))
        {
            return AccountProblems.SessionEnded;
        }

        return await accounts.FindByIdAsync(token.Subject, cancellationToken) is { } account && IsCurrent(session.Value, account)
            ? await ActAsync(account, token.SessionId, address, cancellationToken)
            : AccountProblems.SessionEnded;
    }

    /// <summary>The person with what the rules give them now.</summary>
    private async Task<Actor> ActAsync(AccountRecord account, string? sessionId, string? address, CancellationToken cancellationToken)
    {
        var access = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, account.AllGroups);
        return account.ToActor(sessionId, address) with { Roles = access.Roles, Access = access };
    }

    public async Task SignOutAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.SessionId is { } id)
        {
            await ender.EndAsync(actor, id, "signed-out", cancellationToken);
        }
    }

    /// <summary>
    /// What lives by its account too: a process that died between disabling an account and ending its sessions leaves records that look
    /// alive, and open desktops ask here whether they may go on.
    /// </summary>
    public async Task<IReadOnlyList<SessionInfo>> ListAsync(Actor actor, string accountId, CancellationToken cancellationToken) =>
        MaySee(actor, accountId) && await accounts.FindByIdAsync(accountId, cancellationToken) is { } account
            ? [.. (await sessions.LiveOfAsync(accountId, cancellationToken)).Where(s => IsCurrent(s, account)).Select(s => s.ToInfo())]
            : [];

    public async Task<SessionInfo?> FindLiveAsync(string accountId, string sessionId, CancellationToken cancellationToken) =>
        IsSessionId(sessionId)
        && await sessions.GetAsync(sessionId, cancellationToken) is { Value: var session }
        && string.Equals(session.AccountId, accountId, StringComparison.Ordinal)
        && session.IsLive(time.GetUtcNow())
        && await accounts.FindByIdAsync(accountId, cancellationToken) is { } account
        && IsCurrent(session, account)
            ? session.ToInfo()
            : null;

    public async Task<Outcome<bool>> EndAsync(Actor actor, string sessionId, CancellationToken cancellationToken)
    {
        var found = IsSessionId(sessionId) ? await sessions.GetAsync(sessionId, cancellationToken) : null;
        return found is not null && MayEnd(actor, found.Value.AccountId) && await ender.EndAsync(actor, sessionId, "ended", cancellationToken)
            ? true
            : Problem.NotFound("session", sessionId);
    }

    private static bool MayEnd(Actor actor, string accountId) => actor.May(Permissions.SessionsManage) || actor.Is(accountId);

    private static bool MaySee(Actor actor, string accountId) => actor.May(Permissions.AccountsRead) || actor.Is(accountId);

    private static bool IsSessionId(string text) => text.Length is >= 1 and <= 64 && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsCurrent(SessionRecord session, AccountRecord account) =>
        !account.Disabled && string.Equals(session.Stamp, account.SecurityStamp, StringComparison.Ordinal);

    private async Task<Outcome<SignedIn>> StartAsync(
        AccountRecord account, string method, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        var vouchedFor = account.SecurityStamp;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (account.Disabled)
            {
                return AccountProblems.Disabled;
            }

            var (session, refreshToken) = Begin(account, method, address, userAgent);
            account.LastSignInAt = session.CreatedAt;
            account.RecentSessions = [session.Id, .. account.RecentSessions.Take(SessionLimits.RecentPerAccount - 1)];
            account.Lockout = LockoutState.None;
            account.Also.Add(sessions.Add(session));
            account.Also.Add(audit.Entry(account.ToActor(session.Id, address), "session.sign-in", account.AuditTarget, "accepted", method));
            if ((await manager.UpdateAsync(account)).Succeeded)
            {
                await EndForgottenAsync(account, session.Id, cancellationToken);
                return await GiveAsync(account, session, refreshToken, cancellationToken);
            }

            account = await accounts.FindByIdAsync(account.Id, cancellationToken) ?? throw new InvalidOperationException("Accounts are never deleted.");
            if (!string.Equals(account.SecurityStamp, vouchedFor, StringComparison.Ordinal))
            {
                // The password was changed between the check and now: what was vouched for is no longer true.
                return AccountProblems.InvalidCredentials;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>A script that signs in each time it runs must not pile sessions up: those that nobody renewed for longest go first.</summary>
    private async Task EndForgottenAsync(AccountRecord account, string newest, CancellationToken cancellationToken)
    {
        var live = await sessions.LiveOfAsync(account.Id, cancellationToken);
        foreach (var session in live.Where(s => s.Id != newest).OrderByDescending(s => s.LastRefreshAt).Skip(SessionLimits.MostPerAccount - 1))
        {
            await ender.EndAsync(Actor.System, session.Id, "too-many-sessions", cancellationToken);
        }
    }

    private (SessionRecord Session, string RefreshToken) Begin(AccountRecord account, string method, string? address, string? userAgent)
    {
        var now = time.GetUtcNow();
        var id = RandomNames.SessionId();
        var (refresh, token) = RefreshTokens.Start(id, now);
        var session = new SessionRecord
        {
            Id = id,
            AccountId = account.Id,
            UserName = account.UserName,
            Method = method,
            Stamp = account.SecurityStamp,
            CreatedAt = now,
            LastRefreshAt = now,
            ExpiresAt = now + SessionLimits.SessionLifetime,
            Address = address,
            UserAgent = userAgent?[..Math.Min(userAgent.Length, MaximumUserAgent)],
            Refresh = refresh,
        };
        return (session, token);
    }

    private async Task<SignedIn> GiveAsync(AccountRecord account, SessionRecord session, string refreshToken, CancellationToken cancellationToken)
    {
        var actor = await ActAsync(account, session.Id, null, cancellationToken);
        var now = time.GetUtcNow();
        var groups = TokenGroups.Of(account, await policy.CurrentAsync(cancellationToken));
        var expires = now + SessionLimits.TokenLifetime < session.ExpiresAt ? now + SessionLimits.TokenLifetime : session.ExpiresAt;
        var token = new SessionToken(account.Id, account.UserName, groups, actor.Roles, session.Id, now, expires);
        return new SignedIn(token.Sign(keys.Current), expires, refreshToken, session.ExpiresAt, account.ToAccount(now), session.Id) { Actor = actor };
    }
}
