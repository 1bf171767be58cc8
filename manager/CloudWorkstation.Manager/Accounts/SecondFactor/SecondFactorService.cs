using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Notifications;

namespace CloudWorkstation.Manager.Accounts.SecondFactor;

internal sealed class SecondFactorService(
    AccountUserStore accounts,
    OwnAccounts own,
    AccountManager manager,
    FactorCodes codes,
    Proofs proofs,
    SecondFactorPolicy rules,
    PasswordSignIn passwords,
    SessionEnder ender,
    FactorNews news,
    INotices notices,
    IAccessPolicy policy,
    IAuditLog audit) : ISecondFactorService
{
    private const int Attempts = 20;
    private const string Action = AuditActions.AccountSecondFactor;

    public async Task<Outcome<SecondFactorView>> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        var app = account.Factors.App;
        var required = await rules.RequiresAsync(account, cancellationToken);
        return new SecondFactorView(app is not null, app?.EnrolledAt, account.Factors.RecoveryCodes.Count, required, account.Factors.Passkeys.Count);
    }

    public async Task<Outcome<Enrolment>> BeginAsync(Actor actor, CancellationToken cancellationToken) =>
        await proofs.DemandAsync(actor, cancellationToken) is { } demand
            ? demand
            : await own.ChangeAsync(actor, account => Task.FromResult<Outcome<Enrolment>>(codes.Begin(account)), cancellationToken);

    public Task<Outcome<IReadOnlyList<string>>> ConfirmAsync(Actor actor, string code, CancellationToken cancellationToken) => own.ChangeAsync(
        actor,
        async account =>
        {
            if (codes.Locked(account) is { } locked)
            {
                return locked;
            }

            if (codes.Confirm(account, code) is not { } recovery)
            {
                return await codes.RefuseAsync(account.Id, CodeUse.Wrong, Action, actor.Address);
            }

            Note(actor, account, "set up", FactorChange.Enabled);
            await own.ProvedAsync(actor, account, cancellationToken);
            return Outcome<IReadOnlyList<string>>.From(recovery);
        },
        cancellationToken);

    public async Task<Outcome<IReadOnlyList<string>>> RenewRecoveryCodesAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (await proofs.DemandAsync(actor, cancellationToken) is { } demand)
        {
            return demand;
        }

        return await own.ChangeAsync<IReadOnlyList<string>>(
            actor,
            account =>
            {
                if (!account.Factors.AreSet)
                {
                    return Task.FromResult<Outcome<IReadOnlyList<string>>>(AccountProblems.NoSecondFactor);
                }

                Note(actor, account, "recovery codes renewed", FactorChange.RecoveryCodesRenewed);
                return Task.FromResult(Outcome<IReadOnlyList<string>>.From(FactorCodes.RenewRecoveryCodes(account)));
            },
            cancellationToken);
    }

    public async Task<Outcome<bool>> DisableAsync(Actor actor, string? password, string code, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        if (account.PasswordHash is not null
            && (await passwords.CheckAsync(new Attempt(account.UserName, Action, actor.Address), password ?? "", cancellationToken)).Problem is { } wrong)
        {
            return wrong.Kind == ProblemKind.Unauthenticated ? Problem.Invalid(new FieldError("password", "This is not your password.")) : wrong;
        }

        return await own.ChangeAsync<bool>(actor, account => TryDisableAsync(actor, account, code, cancellationToken), cancellationToken);
    }

    public async Task<Outcome<bool>> ResetAsync(Actor actor, string accountId, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsManage))
        {
            return AccountProblems.Forbidden;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await FindAsync(accountId, cancellationToken) is not { } account)
            {
                return Problem.NotFound("account", accountId);
            }

            if (await TryResetAsync(actor, account, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    private async Task<Outcome<bool>> TryDisableAsync(Actor actor, AccountRecord account, string code, CancellationToken cancellationToken)
    {
        if (account.Factors.App is null)
        {
            return AccountProblems.NoSecondFactor;
        }

        if (account.Factors.Passkeys.Count == 0 && await rules.RequiresAsync(account, cancellationToken))
        {
            return AccountProblems.SecondFactorMandatory;
        }

        if (codes.Locked(account) is { } locked)
        {
            return locked;
        }

        if (codes.Use(account, code) is var use and (CodeUse.Wrong or CodeUse.Replayed))
        {
            return await codes.RefuseAsync(account.Id, use, Action, actor.Address);
        }

        account.Factors = account.Factors.WithoutApp();
        Note(actor, account, "disabled", FactorChange.Disabled);
        return true;
    }

    /// <summary>Null when somebody else changed the account at the same moment.</summary>
    private async Task<Outcome<bool>?> TryResetAsync(Actor actor, AccountRecord account, CancellationToken cancellationToken)
    {
        var access = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, account.AllGroups);
        if (access.Permissions.Any(p => !actor.May(p)))
        {
            await audit.RecordAsync(actor, Action, account.AuditTarget, AuditResults.Refused, AccountProblems.Beyond.Code, cancellationToken);
            return AccountProblems.Beyond;
        }

        if (!account.Factors.AreSet && account.Factors.Pending is null)
        {
            return AccountProblems.NoSecondFactor;
        }

        foreach (var passkey in await manager.GetPasskeysAsync(account))
        {
            await accounts.RemovePasskeyAsync(account, passkey.CredentialId, cancellationToken);
        }

        account.Factors = AccountFactors.None;
        account.Revision++;
        Note(actor, account, "reset by an administrator", FactorChange.ResetByAdministrator);
        account.Also.Add(notices.SecondFactorReset(account.Id, account.UserName, actor.UserName));
        await manager.StampAsync(account);
        if (!(await manager.UpdateAsync(account)).Succeeded)
        {
            return null;
        }

        await ender.EndAllAsync(actor, account.Id, exceptSession: null, "second-factor-reset", cancellationToken);
        return true;
    }

    private void Note(Actor actor, AccountRecord account, string detail, FactorChange change)
    {
        account.Also.Add(audit.Entry(actor, Action, account.AuditTarget, AuditResults.Accepted, detail));
        account.Also.AddRange(news.Of(account, change));
    }

    private async Task<AccountRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        id.Length is >= 1 and <= 64 && id.All(char.IsAsciiLetterOrDigit) ? await accounts.FindByIdAsync(id, cancellationToken) : null;
}
