using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts;

internal sealed partial class AccountService
{
    public async Task<Outcome<bool>> ChangePasswordAsync(Actor actor, string currentPassword, string newPassword, CancellationToken cancellationToken)
    {
        if (actor.Token is not null)
        {
            return AccountProblems.SessionRequired;
        }

        // A password alone must not be enough to change what a second factor protects.
        if (await FindAsync(actor.AccountId, cancellationToken) is { Factors.AreSet: true } && await proofs.DemandAsync(actor, cancellationToken) is { } demand)
        {
            return demand;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var allowed = await passwords.CheckAsync(new Attempt(actor.UserName, AuditActions.AccountPassword, actor.Address), currentPassword, cancellationToken);
            if (allowed.Problem is { } problem)
            {
                return WithField(problem);
            }

            if (string.Equals(currentPassword, newPassword, StringComparison.Ordinal))
            {
                return Problem.Invalid(new FieldError("newPassword", "The new password is the current one. Choose another."));
            }

            var account = allowed.Value;
            var set = await manager.SetPasswordAsync(account, newPassword);
            if (!set.Succeeded)
            {
                return set.ToProblem("newPassword");
            }

            if (await SaveNewPasswordAsync(actor, account, cancellationToken))
            {
                return true;
            }
        }

        return AccountProblems.Busy;
    }

    public async Task<string?> EnsureFirstAdminAsync(CancellationToken cancellationToken)
    {
        using var held = firstAdmin.Lock();
        if (await HasAccountsAsync(cancellationToken))
        {
            return null;
        }

        var wanted = firstAdminOptions.Value;
        if (wanted.IsByWizard)
        {
            return null;
        }

        var given = string.IsNullOrWhiteSpace(wanted.Password) ? null : wanted.Password;
        var password = given ?? RandomNames.Password();
        if (given is null)
        {
            // Written before the account exists: a crash in between leaves a file that the next start writes anew, and never an
            // administrator whose password nobody knows.
            firstAdmin.Write(wanted.UserName, password);
        }

        var account = New(new CreateAccount(wanted.UserName, "Administrator", null, password, AccountRoles.Admin), AccessRules.BuiltIn, mustChange: given is not null);
        if (await StoreNewAsync(Actor.System, account, password, cancellationToken) is not { } problem)
        {
            return password;
        }

        // A replica on another machine may have been first; the lock does not reach it.
        if (await HasAccountsAsync(cancellationToken))
        {
            firstAdmin.Forget(wanted.UserName);
            return null;
        }

        throw new InvalidOperationException($"The first administrator could not be created: {string.Join(' ', [problem.Detail, .. problem.Errors.Select(e => e.Message)])}");
    }

    /// <summary>The first account there is, in one commit with what allowed it: of two who claim at once, one gets it.</summary>
    internal async Task<Outcome<Account>> CreateFirstAsync(CreateAccount request, IReadOnlyList<DocumentWrite> also, CancellationToken cancellationToken)
    {
        var account = New(request, AccessRules.BuiltIn, mustChange: false);
        var errors = AccountFields.Check(request.DisplayName, request.Email, roles: null, groups: null, AccessRules.BuiltIn);
        var validated = await manager.ValidateAsync(account, request.Password!);
        if (errors.Count > 0 || !validated.Succeeded)
        {
            return Problem.Invalid([.. validated.Succeeded ? [] : validated.ToProblem().Errors, .. errors]);
        }

        var (guard, _) = await admins.ChangeAsync(before: false, after: true, cancellationToken);
        account.Also.AddRange([guard!, .. also]);
        account.Also.Add(audit.Entry(Actor.System, AuditActions.AccountCreate, account.AuditTarget, AuditResults.Accepted, AuditChange.Created(account.ToAccount(time.GetUtcNow())), account.UserName));
        var result = await manager.CreateAsync(account, request.Password!);
        return result.Succeeded ? account.ToAccount(time.GetUtcNow())
            : result.IsConcurrencyFailure() ? AccountProblems.Busy
            : result.ToProblem();
    }

    internal async Task<bool> HasAccountsAsync(CancellationToken cancellationToken) =>
        await admins.ExistsAsync(cancellationToken) || (await accounts.PageAsync(1, null, cancellationToken)).Items.Count > 0;

    /// <summary>A wrong current password is about a field of the form, not about the session, which stays good.</summary>
    private static Problem WithField(Problem problem) => problem.Kind == ProblemKind.Unauthenticated
        ? Problem.Invalid(new FieldError("currentPassword", "This is not your current password."))
        : problem;

    /// <summary>The session that changed the password moves on to the new stamp in the same commit; all others end.</summary>
    private async Task<bool> SaveNewPasswordAsync(Actor actor, AccountRecord account, CancellationToken cancellationToken)
    {
        account.MustChangePassword = false;
        account.Lockout = LockoutState.None;
        account.Revision++;
        account.Also.AddRange(await KeepSessionAsync(actor, account, cancellationToken));
        account.Also.Add(audit.Entry(actor, AuditActions.AccountPassword, account.AuditTarget, AuditResults.Accepted));
        if (!(await manager.UpdateAsync(account)).Succeeded)
        {
            return false;
        }

        firstAdmin.Forget(account.UserName);
        await ender.EndAllAsync(actor, account.Id, actor.SessionId, "password-changed", cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<DocumentWrite>> KeepSessionAsync(Actor actor, AccountRecord account, CancellationToken cancellationToken) =>
        actor.SessionId is { } id && await sessions.GetAsync(id, cancellationToken) is { } session && session.Value.IsLive(time.GetUtcNow())
            ? [sessions.Replace(session.Value with { Stamp = account.SecurityStamp }, session.Version)]
            : [];
}
