using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

internal sealed class SecondFactorSignIn(
    Challenges challenges, AccountUserStore accounts, AccountManager manager, FactorCodes codes, SessionStarter starter, FactorNews news, IAuditLog audit) : ISecondFactorSignIn
{
    private const int Attempts = 20;
    private const string Action = AuditActions.SessionSecondFactor;

    public async Task<Outcome<ChallengeView>> FindAsync(string challenge, CancellationToken cancellationToken) =>
        await challenges.StandsAsync(challenge, accounts, cancellationToken) is ({ } found, { } account)
            ? new ChallengeView(account.UserName, found.Value.MustEnrol, found.Value.ExpiresAt) { App = account.Factors.App is not null, Passkey = account.Factors.Passkeys.Count > 0 }
            : AccountProblems.ChallengeEnded;

    public async Task<Outcome<Enrolment>> EnrolAsync(string challenge, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await challenges.StandsAsync(challenge, accounts, cancellationToken) is not ({ Value.MustEnrol: true }, { Factors.AreSet: false } account))
            {
                return AccountProblems.ChallengeEnded;
            }

            var enrolment = codes.Begin(account);
            if ((await manager.UpdateAsync(account)).Succeeded)
            {
                return enrolment;
            }
        }

        return AccountProblems.Busy;
    }

    public async Task<Outcome<FactorSignIn>> CompleteAsync(string challenge, string code, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await challenges.StandsAsync(challenge, accounts, cancellationToken) is not ({ } found, { } account))
            {
                return AccountProblems.ChallengeEnded;
            }

            if (await TryCompleteAsync(found, account, code, address, userAgent, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>Null when the account or the challenge changed at the same moment: read again and judge anew.</summary>
    private async Task<Outcome<FactorSignIn>?> TryCompleteAsync(
        Versioned<ChallengeRecord> challenge, AccountRecord account, string code, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        if (account.Disabled)
        {
            return AccountProblems.Disabled;
        }

        if (codes.Locked(account) is { } locked)
        {
            return locked;
        }

        // Who had to enrol and did so elsewhere meanwhile brings a code like everybody else.
        var enrols = challenge.Value.MustEnrol && !account.Factors.AreSet;
        var recovery = enrols ? codes.Confirm(account, code) : [];
        var use = enrols ? (recovery is null ? CodeUse.Wrong : CodeUse.App) : codes.Use(account, code);
        if (use is CodeUse.Wrong or CodeUse.Replayed)
        {
            return await codes.RefuseAsync(account.Id, use, Action, address);
        }

        account.Also.Add(challenges.Use(challenge));
        Note(account, enrols, use, address);
        var begin = new NewSession(challenge.Value.Method, challenge.Value.Outside, address, userAgent) { WithSecondFactor = true };
        return await starter.TryStartAsync(account, begin, cancellationToken) is { } session ? new FactorSignIn(session, recovery!) : default(Outcome<FactorSignIn>?);
    }

    private void Note(AccountRecord account, bool enrols, CodeUse use, string? address)
    {
        var actor = account.ToActor(null, address);
        if (enrols)
        {
            account.Also.Add(audit.Entry(actor, AuditActions.AccountSecondFactor, account.AuditTarget, AuditResults.Accepted, "set up at sign-in"));
            account.Also.AddRange(news.Of(account, FactorChange.Enabled));
        }
        else if (use == CodeUse.Recovery)
        {
            account.Also.Add(audit.Entry(actor, Action, account.AuditTarget, AuditResults.Accepted, $"recovery code; {account.Factors.RecoveryCodes.Count} left"));
            account.Also.AddRange(news.Of(account, FactorChange.RecoveryCodeUsed));
        }
    }
}
