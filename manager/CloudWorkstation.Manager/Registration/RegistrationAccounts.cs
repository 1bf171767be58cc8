using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

/// <summary>
/// From a registration that nothing stands in the way of to an account: a local one in this very commit, one in a directory by an order that
/// <see cref="Directories.DirectoryCreation"/> carries out.
/// </summary>
internal sealed class RegistrationAccounts(
    RegistrationDocuments documents,
    AddressClaims claims,
    RegistrationMails mails,
    AccountManager manager,
    ISettings<RegistrationSettings> settings,
    IAccessPolicy policy,
    IAuditLog audit,
    TimeProvider time)
{
    private static readonly string[] TooMuch = [Permissions.AccountsManage, Permissions.AccessManage, Permissions.PlatformManage];

    /// <summary>Null when somebody else changed the registration, or took the address, at the same moment.</summary>
    public async Task<Outcome<RegistrationRecord>?> StartAsync(Actor actor, RegistrationRecord registration, long version, CancellationToken cancellationToken)
    {
        var account = registration.Target == RegistrationSettings.Local ? await NewAsync(registration, cancellationToken) : null;
        if (await claims.TakeAsync(registration, account?.Id, cancellationToken) is not { } claim)
        {
            return RegistrationProblems.AddressTaken;
        }

        return account is null
            ? await OrderAsync(actor, registration, version, claim, cancellationToken)
            : await CreateAsync(actor, registration, version, account, claim);
    }

    private async Task<Outcome<RegistrationRecord>?> OrderAsync(Actor actor, RegistrationRecord registration, long version, DocumentWrite claim, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ordered = registration with { State = RegistrationState.Creating, NextAttemptAt = now };
        var entry = audit.Entry(actor, AuditActions.RegistrationOrder, "registration/" + registration.Id, AuditResults.Accepted, $"{registration.UserName} in {registration.Target}");
        return (await documents.Store.CommitAsync([documents.Replace(ordered, version, now), claim, entry], cancellationToken)).Committed
            ? ordered
            : default(Outcome<RegistrationRecord>?);
    }

    private async Task<Outcome<RegistrationRecord>?> CreateAsync(Actor actor, RegistrationRecord registration, long version, AccountRecord account, DocumentWrite claim)
    {
        var now = time.GetUtcNow();
        var created = registration.Ended(RegistrationState.Created) with { AccountId = account.Id };
        account.Also.AddRange(
        [
            documents.Replace(created, version, now),
            claim,
            mails.Created(created),
            audit.Entry(actor, AuditActions.AccountCreate, account.AuditTarget, AuditResults.Accepted, AuditChange.Created(account.ToAccount(now)), $"{account.UserName}: registration {created.Id}"),
        ]);
        var result = await manager.CreateAsync(account);
        return result.Succeeded ? created
            : result.IsConcurrencyFailure() ? default(Outcome<RegistrationRecord>?)
            : RegistrationProblems.NameTaken(account.UserName);
    }

    private async Task<AccountRecord> NewAsync(RegistrationRecord registration, CancellationToken cancellationToken)
    {
        var wanted = await settings.CurrentAsync(cancellationToken);
        var rules = await policy.CurrentAsync(cancellationToken);
        var roles = AccountRoles.Normalize([.. wanted.DefaultRoles.Where(rules.Roles.ContainsKey)], rules) ?? AccountRoles.User;
        var groups = AccountFields.Distinct(wanted.DefaultGroups);

        // A role or group may have been given more since it was written into the settings: nobody gets to manage others by filling in a form.
        var modest = !rules.Of(roles, groups).Permissions.Intersect(TooMuch, StringComparer.Ordinal).Any();
        return new AccountRecord
        {
            Id = RandomNames.AccountId(),
            UserName = registration.UserName,
            DisplayName = registration.DisplayName,
            Email = registration.Email,
            PasswordHash = registration.PasswordHash,
            Roles = modest ? roles : AccountRoles.User,
            Groups = modest ? groups : [],
            CreatedAt = time.GetUtcNow(),
        };
    }
}
