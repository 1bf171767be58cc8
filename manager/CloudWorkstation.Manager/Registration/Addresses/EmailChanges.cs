using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration.Addresses;

/// <summary>A link that was sent to a new address. It is of no use once the account has another address than it had then, or another stamp.</summary>
/// <param name="Id">In the link.</param>
/// <param name="AccountId">Whose.</param>
/// <param name="Stamp">The account's then.</param>
/// <param name="From">The address then; null for none.</param>
/// <param name="To">The new one.</param>
/// <param name="LinkHash">Of the secret.</param>
/// <param name="ExpiresAt">UTC.</param>
internal sealed record EmailChange(string Id, string AccountId, string Stamp, string? From, string To, string LinkHash, DateTimeOffset ExpiresAt);

internal sealed class EmailChanges(
    IDocumentStore store,
    AccountUserStore accounts,
    AccountManager manager,
    IProofs proofs,
    AddressClaims claims,
    EmailChangeMails mails,
    ISettings<RegistrationSettings> settings,
    SortableIds ids,
    IAuditLog audit,
    TimeProvider time) : IEmailChanges
{
    private const int Attempts = 5;
    private const string Action = AuditActions.AccountEmail;
    private readonly Collection<EmailChange> changes = new(store, Definition, c => c.Id);

    public static CollectionDefinition Definition { get; } = new("email-changes");

    public async Task<Outcome<MyEmail>> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        return new MyEmail(account.Email, account.PasswordHash is not null);
    }

    public async Task<Outcome<bool>> RequestAsync(Actor actor, string email, CancellationToken cancellationToken)
    {
        if (await proofs.DemandAsync(actor, cancellationToken) is { } demand)
        {
            return demand;
        }

        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        if (account.PasswordHash is null)
        {
            return RegistrationProblems.AddressFromOutside;
        }

        var rules = await settings.CurrentAsync(cancellationToken);
        if (Check(account, email, rules) is { } wrong)
        {
            return Problem.Invalid(new FieldError("email", wrong));
        }

        var to = MailAddresses.Normalize(email)!;
        var accepted = audit.Entry(actor, Action, account.AuditTarget, AuditResults.Accepted, "asked for: " + to);

        // The same answer whether or not somebody has it: whoever reads its mail is told.
        var writes = await claims.IsTakenAsync(to, exceptRegistration: null, cancellationToken) ? [mails.Taken(to)] : Link(account, to, rules);
        await store.CommitAsync([accepted, .. writes], cancellationToken);
        return true;
    }

    public async Task<Outcome<string>> ConfirmAsync(string token, string? address, CancellationToken cancellationToken)
    {
        if (SecretLinks.Read(token) is not { } link)
        {
            return RegistrationProblems.LinkInvalid;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var found = await changes.GetAsync(link.Id, cancellationToken);
            var account = found is null ? null : await accounts.FindByIdAsync(found.Value.AccountId, cancellationToken);
            if (account is null || !IsOpen(found!.Value, account, link.Secret))
            {
                return RegistrationProblems.LinkInvalid;
            }

            if (await claims.IsTakenAsync(found.Value.To, exceptRegistration: null, cancellationToken))
            {
                return RegistrationProblems.AddressTaken;
            }

            if (await SaveAsync(account, found, address))
            {
                return found.Value.To;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>Nobody takes an address out of the domains that were asked for when people register.</summary>
    private static string? Check(AccountRecord account, string email, RegistrationSettings rules) =>
        MailAddresses.Normalize(email) is not { } to ? "An e-mail address looks like name@example.org."
        : MailAddresses.Key(to) == MailAddresses.Key(account.Email) ? "This is your address already."
        : rules.Enabled && !rules.Allows(to) ? "Addresses of this domain are not taken here. Ask an administrator."
        : null;

    private DocumentWrite[] Link(AccountRecord account, string to, RegistrationSettings rules)
    {
        var id = ids.Next();
        var (token, hash) = SecretLinks.New(id);
        var until = time.GetUtcNow() + rules.LinkLifetime;
        var change = new EmailChange(id, account.Id, account.SecurityStamp, MailAddresses.Key(account.Email), to, hash, until);
        return [changes.Add(change, until), mails.Link(account, to, token, until, rules.LinkMinutes)];
    }

    private bool IsOpen(EmailChange change, AccountRecord account, string secret) =>
        SecretLinks.Matches(secret, change.LinkHash) && change.ExpiresAt > time.GetUtcNow() && !account.Disabled
        && string.Equals(account.SecurityStamp, change.Stamp, StringComparison.Ordinal) && MailAddresses.Key(account.Email) == change.From;

    private async Task<bool> SaveAsync(AccountRecord account, Versioned<EmailChange> change, string? address)
    {
        var before = account.Email;
        account.Email = change.Value.To;
        account.Revision++;
        account.Also.Add(changes.Remove(change.Value.Id, change.Version));
        account.Also.Add(audit.Entry(account.ToActor(null, address), Action, account.AuditTarget, AuditResults.Accepted, $"{before ?? "none"} is now {account.Email}"));
        if (MailAddresses.Normalize(before) is { } old)
        {
            account.Also.Add(mails.Changed(account, old));
        }

        return (await manager.UpdateAsync(account)).Succeeded;
    }
}
