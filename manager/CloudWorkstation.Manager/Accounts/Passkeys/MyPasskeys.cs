using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Accounts.Passkeys;

internal sealed class MyPasskeys(
    PasskeyDomain domain,
    PasskeyJudge judge,
    PasskeyTickets tickets,
    PasskeyRefusals refusals,
    Proofs proofs,
    SecondFactorPolicy rules,
    FactorNews news,
    AccountUserStore accounts,
    OwnAccounts own,
    IAuditLog audit,
    TimeProvider time) : IPasskeys
{
    public const int Most = 20;

    private const int LongestName = 64;
    private const int Attempts = 20;
    private const string Action = AuditActions.AccountPasskey;

    public PasskeyAvailability Availability => domain.Availability;

    public async Task<Outcome<IReadOnlyList<PasskeyView>>> ListAsync(Actor actor, CancellationToken cancellationToken) =>
        Outcome<IReadOnlyList<PasskeyView>>.From([.. (await accounts.GetAsync(actor.AccountId, cancellationToken)).Factors.Passkeys.Select(p => p.ToView())]);

    public async Task<Outcome<PasskeyCeremony>> BeginAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (Availability.Reason is { } reason)
        {
            return AccountProblems.PasskeysUnavailable(reason);
        }

        if (await proofs.DemandAsync(actor, cancellationToken) is { } demand)
        {
            return demand;
        }

        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        if (account.Factors.Passkeys.Count >= Most)
        {
            return AccountProblems.TooManyPasskeys(Most);
        }

        var options = await judge.OptionsToMakeAsync(account);
        return tickets.Issue(PasskeyUse.Register, actor.SessionId!, options.CreationOptionsJson, options.AttestationState ?? "");
    }

    public Task<Outcome<AddedPasskey>> AddAsync(Actor actor, string? ticket, string name, PasskeyAttestation attestation, CancellationToken cancellationToken) =>
        CheckName(name) is { } wrong
            ? Task.FromResult<Outcome<AddedPasskey>>(wrong)
            : own.ChangeAsync(actor, account => TryAddAsync(actor, account, ticket, name.Trim(), attestation, cancellationToken), cancellationToken);

    public Task<Outcome<PasskeyView>> RenameAsync(Actor actor, string id, string name, CancellationToken cancellationToken) =>
        CheckName(name) is { } wrong
            ? Task.FromResult<Outcome<PasskeyView>>(wrong)
            : own.ChangeAsync<PasskeyView>(actor, account => Task.FromResult(Rename(actor, account, id, name.Trim())), cancellationToken);

    public async Task<Outcome<bool>> RemoveAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        await proofs.DemandAsync(actor, cancellationToken) is { } demand
            ? demand
            : await own.ChangeAsync(actor, account => TryRemoveAsync(actor, account, id, cancellationToken), cancellationToken);

    public async Task<Outcome<PasskeyCeremony>> BeginProofAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.SessionId is not { } session)
        {
            return AccountProblems.SessionRequired;
        }

        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        if (Availability.Reason is { } reason)
        {
            return AccountProblems.PasskeysUnavailable(reason);
        }

        if (account.Factors.Passkeys.Count == 0)
        {
            return AccountProblems.NoSecondFactor;
        }

        var options = await judge.OptionsToUseAsync(account);
        return tickets.Issue(PasskeyUse.Proof, session, options.RequestOptionsJson, options.AssertionState ?? "");
    }

    public async Task<Outcome<bool>> ProveAsync(Actor actor, string? ticket, PasskeyAssertion assertion, CancellationToken cancellationToken)
    {
        if (actor.SessionId is not { } session)
        {
            return AccountProblems.SessionRequired;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await tickets.OpenAsync(PasskeyUse.Proof, session, ticket, cancellationToken) is not { } open)
            {
                return AccountProblems.PasskeyNotTaken;
            }

            var judged = await judge.AssertAsync(assertion, open.State, verified: false);
            if (!judged.Succeeded)
            {
                await refusals.NoteAsync(open, assertion.Id, judged.Failure, actor.Address);
                return AccountProblems.PasskeyNotTaken;
            }

            // The ceremony named the account, so that no other's key can have answered.
            var account = judged.User;
            account.Factors = account.Factors.WithUsed(judged.Passkey, time.GetUtcNow());
            account.Also.Add(tickets.Use(open));
            if (await proofs.SaveAsync(actor, account, cancellationToken) is { } done)
            {
                return done;
            }
        }

        return AccountProblems.Busy;
    }

    private static Problem? CheckName(string name) => name.Trim().Length is 0 or > LongestName || name.Any(char.IsControl)
        ? Problem.Invalid(new FieldError("name", $"A name of 1 to {LongestName} characters by which you know the device, for example Laptop."))
        : null;

    private async Task<Outcome<AddedPasskey>> TryAddAsync(
        Actor actor, AccountRecord account, string? ticket, string name, PasskeyAttestation attestation, CancellationToken cancellationToken)
    {
        if (await tickets.OpenAsync(PasskeyUse.Register, actor.SessionId!, ticket, cancellationToken) is not { } open)
        {
            return AccountProblems.PasskeyNotTaken;
        }

        var judged = await judge.AttestAsync(attestation, open.State);
        if (!judged.Succeeded)
        {
            await refusals.NoteAsync(open, attestation.Id, judged.Failure, actor.Address);
            return AccountProblems.PasskeyNotTaken;
        }

        if (account.Factors.Passkeys.Count >= Most)
        {
            return AccountProblems.TooManyPasskeys(Most);
        }

        judged.Passkey.Name = name;
        await accounts.AddOrUpdatePasskeyAsync(account, judged.Passkey, cancellationToken);
        var codes = account.Factors.RecoveryCodes.Count == 0 ? FactorCodes.RenewRecoveryCodes(account) : [];
        account.Also.Add(tickets.Use(open));
        Note(actor, account, $"added: {name}", FactorChange.PasskeyAdded, name);
        await own.ProvedAsync(actor, account, cancellationToken);
        return new AddedPasskey(account.Factors.Passkeys[^1].ToView(), codes);
    }

    private Outcome<PasskeyView> Rename(Actor actor, AccountRecord account, string id, string name)
    {
        if (Find(account, id) is not { } found)
        {
            return Problem.NotFound("passkey", id);
        }

        var renamed = found with { Name = name };
        account.Factors = account.Factors with { Passkeys = [.. account.Factors.Passkeys.Select(p => p == found ? renamed : p)] };
        account.Also.Add(audit.Entry(actor, Action, account.AuditTarget, AuditResults.Accepted, $"renamed: {found.Name} is now {name}"));
        return renamed.ToView();
    }

    private async Task<Outcome<bool>> TryRemoveAsync(Actor actor, AccountRecord account, string id, CancellationToken cancellationToken)
    {
        if (Find(account, id) is not { } found)
        {
            return Problem.NotFound("passkey", id);
        }

        await accounts.RemovePasskeyAsync(account, found.ToInfo().CredentialId, cancellationToken);
        if (!account.Factors.AreSet)
        {
            if (await rules.RequiresAsync(account, cancellationToken))
            {
                return AccountProblems.SecondFactorMandatory;
            }

            account.Factors = AccountFactors.None;
        }

        Note(actor, account, $"removed: {found.Name}", FactorChange.PasskeyRemoved, found.Name);
        return true;
    }

    private static PasskeyRecord? Find(AccountRecord account, string id) => account.Factors.Passkeys.FirstOrDefault(p => string.Equals(p.Id, id, StringComparison.Ordinal));

    private void Note(Actor actor, AccountRecord account, string detail, FactorChange change, string name)
    {
        account.Also.Add(audit.Entry(actor, Action, account.AuditTarget, AuditResults.Accepted, detail));
        account.Also.AddRange(news.Of(account, change, name));
    }
}
