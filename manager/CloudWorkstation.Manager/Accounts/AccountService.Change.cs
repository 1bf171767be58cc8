using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Accounts;

internal sealed partial class AccountService
{
    public async Task<Outcome<CreatedAccount>> ChangeAsync(Actor actor, string id, ChangeAccount change, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsManage))
        {
            return AccountProblems.Forbidden;
        }

        var rules = await policy.CurrentAsync(cancellationToken);
        var errors = AccountFields.Check(change.DisplayName, change.Email, change.Roles, groups: null, rules);
        errors.AddRange(AccountFields.CheckPurpose(AccountKind.Person, change.Purpose));
        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await FindAsync(id, cancellationToken) is not { } account)
            {
                return Problem.NotFound("account", id);
            }

            if (account.IsService && change.ResetPassword)
            {
                return AccountProblems.ServiceAccount;
            }

            if (change.IfVersion is { } version && version != account.Revision)
            {
                return AccountProblems.Stale;
            }

            if (await TryChangeAsync(actor, account, change, rules, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>Null when somebody else changed the account or the number of administrators at the same time.</summary>
    private async Task<Outcome<CreatedAccount>?> TryChangeAsync(Actor actor, AccountRecord account, ChangeAccount change, AccessRules rules, CancellationToken cancellationToken)
    {
        if (change.Groups is { } wanted && AccountFields.Check(null, null, null, Local(account, wanted), rules) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        var wasAdmin = account.IsEnabledAdmin;
        var beyond = Exceeds(actor, account, rules);
        var before = account.ToAccount(time.GetUtcNow());
        var done = Apply(account, change, rules, time.GetUtcNow());
        if (beyond || Exceeds(actor, account, rules))
        {
            await audit.RecordAsync(actor, AuditActions.AccountChange, account.AuditTarget, AuditResults.Refused, AccountProblems.Beyond.Code, cancellationToken);
            return AccountProblems.Beyond;
        }

        if (done.Count == 0 && !change.ResetPassword)
        {
            return new CreatedAccount(account.ToView(time.GetUtcNow()), null);
        }

        var (guard, problem) = await admins.ChangeAsync(wasAdmin, account.IsEnabledAdmin, cancellationToken);
        if (problem is not null)
        {
            await audit.RecordAsync(actor, AuditActions.AccountChange, account.AuditTarget, AuditResults.Refused, problem.Code, cancellationToken);
            return problem;
        }

        var generated = change.ResetPassword ? await ResetPasswordAsync(account, done) : null;
        var endReason = EndReason(done);
        if (endReason is not null)
        {
            // Sessions carry the old stamp, so all of them are over with this very commit; ending each below tells the router.
            await manager.StampAsync(account);
        }

        account.Revision++;
        account.Also.AddRange(guard is null ? [] : [guard]);
        account.Also.Add(audit.Entry(actor, AuditActions.AccountChange, account.AuditTarget, AuditResults.Accepted, AuditChange.Between(before, account.ToAccount(time.GetUtcNow())), string.Join("; ", done.Values)));
        if (!(await manager.UpdateAsync(account)).Succeeded)
        {
            return null;
        }

        if (endReason is not null)
        {
            await ender.EndAllAsync(actor, account.Id, exceptSession: null, endReason, cancellationToken);
        }

        return new CreatedAccount(account.ToView(time.GetUtcNow()), generated);
    }

    private static string? EndReason(SortedDictionary<string, string> done) =>
        done.ContainsKey("disabled") ? "account-disabled"
        : done.ContainsKey("password") ? "password-reset"
        : done.ContainsKey("roles") ? "roles-changed"
        : null;

    /// <summary>Sets what differs; the result names each changed field with a phrase for the audit trail.</summary>
    private static SortedDictionary<string, string> Apply(AccountRecord account, ChangeAccount change, AccessRules rules, DateTimeOffset now)
    {
        var done = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (change.DisplayName is not null && AccountFields.Clean(change.DisplayName) != account.DisplayName)
        {
            account.DisplayName = AccountFields.Clean(change.DisplayName);
            done["displayName"] = "display name";
        }

        if (change.Email is not null && AccountFields.Clean(change.Email) != account.Email)
        {
            account.Email = AccountFields.Clean(change.Email);
            done["email"] = "e-mail address";
        }

        if (change.Roles is not null && AccountRoles.Normalize(change.Roles, rules) is { } roles && !roles.SequenceEqual(account.Roles, StringComparer.Ordinal))
        {
            account.Roles = roles;
            done["roles"] = "roles: " + string.Join(", ", roles);
        }

        if (change.Groups is not null && Local(account, change.Groups) is var groups && !groups.SequenceEqual(account.Groups, StringComparer.Ordinal))
        {
            account.Groups = groups;
            done["groups"] = "groups: " + string.Join(", ", groups);
        }

        if (change.Purpose is not null && AccountFields.Clean(change.Purpose) is { } purpose && purpose != account.Purpose)
        {
            account.Purpose = purpose;
            done["purpose"] = "purpose";
        }

        if (change.Disabled is { } disabled && disabled != account.Disabled)
        {
            account.Disabled = disabled;
            account.TokensFrom = disabled ? now : account.TokensFrom;
            done[disabled ? "disabled" : "enabled"] = disabled ? "disabled" : "enabled";
        }

        return done;
    }

    /// <summary>Forms send back the groups they were shown: those from outside do not become local ones by that, or nobody could ever leave them.</summary>
    private static IReadOnlyList<string> Local(AccountRecord account, IReadOnlyList<string> wanted) =>
        AccountFields.Distinct([.. wanted.Except(account.AllGroups.Except(account.Groups, StringComparer.Ordinal), StringComparer.Ordinal)]);

    private async Task<string> ResetPasswordAsync(AccountRecord account, SortedDictionary<string, string> done)
    {
        var password = RandomNames.Password();
        var result = await manager.SetPasswordAsync(account, password);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException("The password policy refuses a generated password: " + result);
        }

        account.MustChangePassword = true;
        account.Lockout = LockoutState.None;
        done["password"] = "password reset";
        return password;
    }
}
