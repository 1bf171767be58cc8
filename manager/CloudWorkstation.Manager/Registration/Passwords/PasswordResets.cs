using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Registration.Proofs;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration.Passwords;

/// <summary>A link that was sent. It is of no use once the account's stamp has changed: by another link, a new password, an administrator.</summary>
internal sealed record PasswordReset(string Id, string AccountId, string Stamp, string LinkHash, DateTimeOffset ExpiresAt)
{
    /// <value>Where it was sent; of no use once the account has another address. Null in documents from before this was kept.</value>
    public string? SentTo { get; init; }
}

internal sealed class PasswordResets(
    IDocumentStore store,
    AccountUserStore accounts,
    AccountManager manager,
    SessionEnder ender,
    FirstAdminFile firstAdmin,
    ProofOfWork proofs,
    PasswordResetMails mails,
    ISettings<RegistrationSettings> settings,
    SortableIds ids,
    IAuditLog audit,
    TimeProvider time) : IPasswordResets
{
    private const int Attempts = 5;
    private readonly Collection<PasswordReset> resets = new(store, Definition, r => r.Id);

    public static CollectionDefinition Definition { get; } = new("password-resets");

    public async Task<Outcome<bool>> RequestAsync(string email, Proof? proof, string? address, CancellationToken cancellationToken)
    {
        var rules = await settings.CurrentAsync(cancellationToken);
        if (!rules.PasswordReset)
        {
            return RegistrationProblems.ResetClosed;
        }

        if (MailAddresses.Normalize(email) is not { } normalized)
        {
            return Problem.Invalid(new FieldError("email", "An e-mail address looks like name@example.org."));
        }

        var work = proofs.Check(proof);
        if (!work.Succeeded)
        {
            return work.Problem!;
        }

        var found = (await accounts.FindByEmailAsync(normalized, cancellationToken)).Where(a => !a.Disabled).ToList();
        var writes = found.SelectMany(account => For(account, rules, address));
        var entry = found.Count == 0 ? [audit.Entry(RegistrationService.Stranger(address), AuditActions.AccountResetRequest, "account/unknown", AuditResults.Refused, "no such address")] : Array.Empty<DocumentWrite>();
        return (await store.CommitAsync([work.Value, .. entry, .. writes], cancellationToken)).Committed ? true : ProofOfWork.Spent;
    }

    public async Task<Outcome<bool>> ConfirmAsync(string token, string newPassword, string? address, CancellationToken cancellationToken)
    {
        if (SecretLinks.Read(token) is not { } link)
        {
            return RegistrationProblems.LinkInvalid;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var found = await resets.GetAsync(link.Id, cancellationToken);
            var account = found is null ? null : await accounts.FindByIdAsync(found.Value.AccountId, cancellationToken);
            if (account is null || !IsOpen(found!.Value, account, link.Secret))
            {
                return RegistrationProblems.LinkInvalid;
            }

            var set = await manager.SetPasswordAsync(account, newPassword);
            if (!set.Succeeded)
            {
                return set.ToProblem("newPassword");
            }

            if (await SaveAsync(account, found, address, cancellationToken))
            {
                return true;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>A link where we hold the password, else a word on where it is held.</summary>
    private IEnumerable<DocumentWrite> For(AccountRecord account, RegistrationSettings rules, string? address)
    {
        var actor = account.ToActor(null, address);
        if (account.PasswordHash is null)
        {
            return [mails.Elsewhere(account), audit.Entry(actor, AuditActions.AccountResetRequest, account.AuditTarget, AuditResults.Refused, "no password here")];
        }

        var id = ids.Next();
        var (token, hash) = SecretLinks.New(id);
        var until = time.GetUtcNow() + rules.LinkLifetime;
        return
        [
            resets.Add(new PasswordReset(id, account.Id, account.SecurityStamp, hash, until) { SentTo = MailAddresses.Key(account.Email) }, until),
            mails.Link(account, token, until, rules.LinkMinutes),
            audit.Entry(actor, AuditActions.AccountResetRequest, account.AuditTarget, AuditResults.Accepted),
        ];
    }

    private bool IsOpen(PasswordReset reset, AccountRecord account, string secret) =>
        SecretLinks.Matches(secret, reset.LinkHash) && reset.ExpiresAt > time.GetUtcNow()
        && !account.Disabled && account.PasswordHash is not null && string.Equals(account.SecurityStamp, reset.Stamp, StringComparison.Ordinal)
        && (reset.SentTo is null || reset.SentTo == MailAddresses.Key(account.Email));

    private async Task<bool> SaveAsync(AccountRecord account, Versioned<PasswordReset> reset, string? address, CancellationToken cancellationToken)
    {
        var actor = account.ToActor(null, address);
        account.MustChangePassword = false;
        account.Lockout = LockoutState.None;
        account.Revision++;
        account.Also.AddRange([resets.Remove(reset.Value.Id, reset.Version), mails.Changed(account), audit.Entry(actor, AuditActions.AccountReset, account.AuditTarget, AuditResults.Accepted)]);
        if (!(await manager.UpdateAsync(account)).Succeeded)
        {
            return false;
        }

        firstAdmin.Forget(account.UserName);
        await ender.EndAllAsync(actor, account.Id, exceptSession: null, "password-reset", cancellationToken);
        return true;
    }
}
