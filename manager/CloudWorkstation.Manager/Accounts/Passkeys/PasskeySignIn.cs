using CloudWorkstation.Manager.Accounts.Bans;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Audit;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

internal sealed class PasskeySignIn(
    PasskeyDomain domain,
    PasskeyJudge judge,
    PasskeyTickets tickets,
    PasskeyRefusals refusals,
    Challenges challenges,
    SecondFactorPolicy rules,
    AccountUserStore accounts,
    SessionStarter starter,
    IBans bans,
    IAuditLog audit,
    TimeProvider time) : IPasskeySignIn
{
    public const string Method = "passkey";

    private const int Attempts = 20;

    public PasskeyAvailability Availability => domain.Availability;

    public async Task<Outcome<PasskeyCeremony>> BeginAsync(CancellationToken cancellationToken) =>
        Availability.Reason is { } reason ? AccountProblems.PasskeysUnavailable(reason) : await IssueAsync(PasskeyUse.SignIn, "", account: null);

    public async Task<Outcome<SignedIn>> CompleteAsync(string? ticket, PasskeyAssertion assertion, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await tickets.OpenAsync(PasskeyUse.SignIn, "", ticket, cancellationToken) is not { } open)
            {
                return AccountProblems.PasskeyRefused;
            }

            var judged = await judge.AssertAsync(assertion, open.State, verified: true);
            if (!judged.Succeeded)
            {
                await refusals.NoteAsync(open, assertion.Id, judged.Failure, address);
                return AccountProblems.PasskeyRefused;
            }

            if (await RefusalAsync(judged.User, address, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            Use(judged, open);
            var begin = new NewSession(Method, null, address, userAgent) { WithSecondFactor = true };
            if (await starter.TryStartAsync(judged.User, begin, cancellationToken) is { } session)
            {
                return session;
            }
        }

        return AccountProblems.Busy;
    }

    public async Task<Outcome<PasskeyCeremony>> BeginSecondAsync(string challenge, CancellationToken cancellationToken) =>
        Availability.Reason is { } reason ? AccountProblems.PasskeysUnavailable(reason)
        : await challenges.StandsAsync(challenge, accounts, cancellationToken) is not ({ } found, { } account) ? AccountProblems.ChallengeEnded
        : account.Factors.Passkeys.Count == 0 ? AccountProblems.NoSecondFactor
        : await IssueAsync(PasskeyUse.SecondFactor, found.Value.Id, account);

    public async Task<Outcome<FactorSignIn>> CompleteSecondAsync(
        string challenge, string? ticket, PasskeyAssertion assertion, string? address, string? userAgent, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await challenges.StandsAsync(challenge, accounts, cancellationToken) is not ({ } found, { } before))
            {
                return AccountProblems.ChallengeEnded;
            }

            if (before.Disabled)
            {
                return AccountProblems.Disabled;
            }

            // About the key, not about the sign-in that waits: another try, or a code, is still good.
            if (await tickets.OpenAsync(PasskeyUse.SecondFactor, found.Value.Id, ticket, cancellationToken) is not { } open)
            {
                return AccountProblems.PasskeyNotTaken;
            }

            var judged = await judge.AssertAsync(assertion, open.State, verified: false);
            if (!judged.Succeeded)
            {
                await refusals.NoteAsync(open, assertion.Id, judged.Failure, address);
                return AccountProblems.PasskeyNotTaken;
            }

            if (judged.User.Version != before.Version)
            {
                // Somebody changed the account between the two looks at it: the challenge may vouch for it no more.
                continue;
            }

            Use(judged, open);
            judged.User.Also.Add(challenges.Use(found));
            var begin = new NewSession(found.Value.Method, found.Value.Outside, address, userAgent) { WithSecondFactor = true };
            if (await starter.TryStartAsync(judged.User, begin, cancellationToken) is { } session)
            {
                return new FactorSignIn(session, []);
            }
        }

        return AccountProblems.Busy;
    }

    private async Task<PasskeyCeremony> IssueAsync(PasskeyUse use, string subject, AccountRecord? account)
    {
        var options = await judge.OptionsToUseAsync(account);
        return tickets.Issue(use, subject, options.RequestOptionsJson, options.AssertionState ?? "");
    }

    private void Use(PasskeyAssertionResult<AccountRecord> judged, PasskeyTicket open)
    {
        var account = judged.User!;
        account.Factors = account.Factors.WithUsed(judged.Passkey!, time.GetUtcNow());
        account.Also.Add(tickets.Use(open));
    }

    /// <summary>
    /// A key that is good, of somebody who may not come in by it alone. Whom only a provider or a directory vouches for must be vouched for each time: a
    /// key would outlive their leaving.
    /// </summary>
    private async Task<Problem?> RefusalAsync(AccountRecord account, string? address, CancellationToken cancellationToken)
    {
        var ban = await bans.OfAccountAsync(account.Id, cancellationToken);
        var problem = account.IsService ? AccountProblems.ServiceAccount
            : account.Disabled ? AccountProblems.Disabled
            : ban is not null ? AccountProblems.Banned(ban.ExpiresAt - time.GetUtcNow())
            : account.PasswordHash is null || !await rules.AllowsPasswordAsync(account, cancellationToken) ? AccountProblems.PasskeyNeedsMore
            : null;
        if (problem is not null)
        {
            await audit.RecordAsync(account.ToActor(null, address), AuditActions.SessionSignIn, account.AuditTarget, AuditResults.Refused, $"{Method}: {problem.Code}", cancellationToken);
        }

        return problem;
    }
}
