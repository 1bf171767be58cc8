using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Bans;
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
    IBans bans,
    IAuditLog audit,
    TimeProvider time)
{
    private const int MaximumUserAgent = 256;
    private const int Attempts = 10;

    public async Task<Outcome<SignedIn>> StartAsync(AccountRecord account, NewSession wanted, CancellationToken cancellationToken)
    {
        if (await bans.OfAccountAsync(account.Id, cancellationToken) is { } ban)
        {
            await audit.RecordAsync(account.ToActor(null, wanted.Address), AuditActions.SessionSignIn, account.AuditTarget, AuditResults.Refused, "banned", cancellationToken);
            return AccountProblems.Banned(ban.ExpiresAt - time.GetUtcNow());
        }

        var vouchedFor = account.SecurityStamp;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (account.Disabled)
            {
                return AccountProblems.Disabled;
            }

            if (await TryStartAsync(account, wanted, cancellationToken) is { } session)
            {
                return session;
            }

            account = await accounts.GetAsync(account.Id, cancellationToken);
            if (!string.Equals(account.SecurityStamp, vouchedFor, StringComparison.Ordinal))
            {
                // The password was changed between the check and now: what was vouched for is no longer true.
                return AccountProblems.InvalidCredentials;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>Begins a session in one commit with what the caller has changed in the account; null when somebody else changed it since it was read.</summary>
    public async Task<SignedIn?> TryStartAsync(AccountRecord account, NewSession wanted, CancellationToken cancellationToken)
    {
        if (account.Disabled || account.IsService)
        {
            throw new InvalidOperationException($"No session may begin for the account '{account.Id}'.");
        }

        var (session, refreshToken) = Begin(account, wanted);
        account.LastSignInAt = session.CreatedAt;
        account.RecentSessions = [session.Id, .. account.RecentSessions.Take(SessionLimits.RecentPerAccount - 1)];
        account.Lockout = LockoutState.None;
        account.Also.Add(sessions.Add(session));
        var how = wanted.WithSecondFactor ? wanted.Method + ", second factor" : wanted.Method;
        account.Also.Add(audit.Entry(account.ToActor(session.Id, wanted.Address), AuditActions.SessionSignIn, account.AuditTarget, AuditResults.Accepted, how));
        if (!(await manager.UpdateAsync(account)).Succeeded)
        {
            return null;
        }

        await EndForgottenAsync(account, session.Id, cancellationToken);
        return await GiveAsync(account, session, refreshToken, cancellationToken);
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

    private (SessionRecord Session, string RefreshToken) Begin(AccountRecord account, NewSession wanted)
    {
        var now = time.GetUtcNow();
        var id = RandomNames.SessionId();
        var (refresh, token) = RefreshTokens.Start(id, now);
        var session = new SessionRecord
        {
            Id = id,
            AccountId = account.Id,
            UserName = account.UserName,
            Method = wanted.Method,
            Outside = wanted.Outside,
            Stamp = account.SecurityStamp,
            CreatedAt = now,
            LastRefreshAt = now,
            ExpiresAt = now + SessionLimits.SessionLifetime,
            ProvedAt = now,
            WithSecondFactor = wanted.WithSecondFactor,
            Address = wanted.Address,
            UserAgent = wanted.UserAgent?[..Math.Min(wanted.UserAgent.Length, MaximumUserAgent)],
            Refresh = refresh,
        };
        return (session, token);
    }
}

/// <summary>A session that is about to begin.</summary>
/// <param name="Method">The first factor.</param>
/// <param name="Outside">The session at the provider, where there is one.</param>
/// <param name="Address">Client address, null when unknown.</param>
/// <param name="UserAgent">The client's own description.</param>
internal sealed record NewSession(string Method, OutsideSession? Outside, string? Address, string? UserAgent)
{
    public bool WithSecondFactor { get; init; }
}
