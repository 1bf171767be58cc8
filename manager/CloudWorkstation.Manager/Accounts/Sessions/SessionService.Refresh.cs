namespace CloudWorkstation.Manager.Accounts.Sessions;

internal sealed partial class SessionService
{
    public async Task<Outcome<SignedIn>> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        if (RefreshToken.Parse(refreshToken) is not { } presented)
        {
            return AccountProblems.SessionEnded;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryRefreshAsync(presented, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>Null when another refresh of the same session came first: read again and judge anew.</summary>
    private async Task<Outcome<SignedIn>?> TryRefreshAsync(RefreshToken presented, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await sessions.GetAsync(presented.SessionId, cancellationToken) is not { } found || !found.Value.IsLive(now))
        {
            return AccountProblems.SessionEnded;
        }

        var session = found.Value;
        var account = await accounts.FindByIdAsync(session.AccountId, cancellationToken);
        var use = session.Refresh.Judge(presented, now);
        if (use == RefreshUse.Reused)
        {
            await EndCopiedAsync(session, cancellationToken);
        }

        if (use != RefreshUse.Good || account is null || !IsCurrent(session, account))
        {
            return AccountProblems.SessionEnded;
        }

        var (vouched, current, problem) = await vouching.AskAsync(session, account, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        if (!session.WithSecondFactor && await rules.RequiresAsync(current, cancellationToken))
        {
            // The demand came after the sign-in: the next one sets the second factor up.
            await ender.EndAsync(account.ToActor(session.Id, null), session.Id, "second-factor-required", cancellationToken);
            return AccountProblems.SessionEnded;
        }

        var (tokens, next) = session.Refresh.Rotate(presented, now);
        var renewed = vouched with { Refresh = tokens, LastRefreshAt = now };
        return await sessions.CommitAsync(cancellationToken, sessions.Replace(renewed, found.Version)) ? await starter.GiveAsync(current, renewed, next, cancellationToken) : default(Outcome<SignedIn>?);
    }

    /// <summary>Whoever of the two holders is the owner has to sign in again; the other cannot.</summary>
    private async Task EndCopiedAsync(SessionRecord session, CancellationToken cancellationToken)
    {
        var actor = new Actor(session.AccountId, session.UserName, [], [], session.Id);
        await ender.EndAsync(actor, session.Id, "refresh-token-reused", cancellationToken);
    }
}
