using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Accounts.Sessions;

/// <summary>Begins sessions and gives out their tokens. Only <see cref="SignInCompletion"/> begins one: it knows what must come before.</summary>
internal sealed class SessionStarter(
    AccountManager manager,
    AccountUserStore accounts,
    SessionDocuments sessions,
    SessionEnder ender,
    IKeyRing keys,
    IAccessPolicy policy,
    IAuditLog audit,
    TimeProvider time)
{
    private const int MaximumUserAgent = 256;
    private const int Attempts = 10;

    public async Task<Outcome<SignedIn>> StartAsync(
        AccountRecord account, string method, OutsideSession? outside, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        var vouchedFor = account.SecurityStamp;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (account.Disabled)
            {
                return AccountProblems.Disabled;
            }

            var (session, refreshToken) = Begin(account, method, outside, address, userAgent);
            account.LastSignInAt = session.CreatedAt;
            account.RecentSessions = [session.Id, .. account.RecentSessions.Take(SessionLimits.RecentPerAccount - 1)];
            account.Lockout = LockoutState.None;
            account.Also.Add(sessions.Add(session));
            account.Also.Add(audit.Entry(account.ToActor(session.Id, address), AuditActions.SessionSignIn, account.AuditTarget, AuditResults.Accepted, method));
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

    public async Task<SignedIn> GiveAsync(AccountRecord account, SessionRecord session, string refreshToken, CancellationToken cancellationToken)
    {
        var actor = await ActAsync(account, session.Id, null, cancellationToken);
        var now = time.GetUtcNow();
        var groups = TokenGroups.Of(account, await policy.CurrentAsync(cancellationToken));
        var expires = now + SessionLimits.TokenLifetime < session.ExpiresAt ? now + SessionLimits.TokenLifetime : session.ExpiresAt;
        var token = new SessionToken(account.Id, account.UserName, groups, actor.Roles, session.Id, now, expires);
        return new SignedIn(token.Sign(keys.Current), expires, refreshToken, session.ExpiresAt, account.ToAccount(now), session.Id) { Actor = actor };
    }

    /// <summary>The person with what the rules give them now.</summary>
    public async Task<Actor> ActAsync(AccountRecord account, string? sessionId, string? address, CancellationToken cancellationToken)
    {
        var access = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, account.AllGroups);
        return account.ToActor(sessionId, address) with { Roles = access.Roles, Access = access };
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

    private (SessionRecord Session, string RefreshToken) Begin(AccountRecord account, string method, OutsideSession? outside, string? address, string? userAgent)
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
            Outside = outside,
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
}
