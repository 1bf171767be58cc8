using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

/// <summary>What follows the link of a mail: the address is the person's, and now the account is made, or asked for, or ordered from a directory.</summary>
internal sealed class RegistrationVerification(
    RegistrationDocuments documents,
    AddressClaims claims,
    RegistrationAccounts creation,
    RegistrationMails mails,
    AccountUserStore accounts,
    ISettings<RegistrationSettings> settings,
    IAuditLog audit,
    INotices notices,
    TimeProvider time)
{
    private const int Attempts = 5;

    /// <summary>How long a decision may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(30);

    public async Task<Outcome<VerifiedRegistration>> VerifyAsync(string token, string? userName, string? address, CancellationToken cancellationToken)
    {
        if (SecretLinks.Read(token) is not { } link)
        {
            return RegistrationProblems.LinkInvalid;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var rules = await settings.CurrentAsync(cancellationToken);
            var found = await documents.Registrations.GetAsync(link.Id, cancellationToken);
            if (found is null || !IsOpen(found.Value, link.Secret) || !rules.Allows(found.Value.Email))
            {
                return RegistrationProblems.LinkInvalid;
            }

            if (!rules.Enabled)
            {
                return RegistrationProblems.Closed;
            }

            if (await TryVerifyAsync(found, userName, rules, address, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    public async Task<Outcome<RegistrationProgress>> ProgressAsync(string ticket, CancellationToken cancellationToken) =>
        SecretLinks.Read(ticket) is { } link
        && await documents.Registrations.GetAsync(link.Id, cancellationToken) is { } found
        && SecretLinks.Matches(link.Secret, found.Value.TicketHash)
            ? found.Value.ToProgress()
            : RegistrationProblems.LinkInvalid;

    private bool IsOpen(RegistrationRecord registration, string secret) =>
        registration.State == RegistrationState.Unverified && SecretLinks.Matches(secret, registration.LinkHash) && registration.ExpiresAt > time.GetUtcNow();

    /// <summary>Null when somebody else was quicker with this link, this address or this name.</summary>
    private async Task<Outcome<VerifiedRegistration>?> TryVerifyAsync(
        Versioned<RegistrationRecord> found, string? userName, RegistrationSettings rules, string? address, CancellationToken cancellationToken)
    {
        var name = userName ?? found.Value.UserName;
        if (NameRules.Refusal(name, rules) is { } refusal)
        {
            return Problem.Invalid(new FieldError("userName", refusal));
        }

        if (await accounts.FindByNameAsync(UserNames.Normalize(name), cancellationToken) is not null)
        {
            return RegistrationProblems.NameTaken(name);
        }

        if (await claims.IsTakenAsync(found.Value.Email, found.Value.Id, cancellationToken))
        {
            return RegistrationProblems.AddressTaken;
        }

        var (ticket, hash) = SecretLinks.New(found.Value.Id);
        var verified = found.Value with { UserName = name, LinkHash = null, TicketHash = hash, VerifiedAt = time.GetUtcNow() };
        var outcome = await GoOnAsync(verified, found.Version, rules, RegistrationService.Stranger(address), cancellationToken);
        return outcome is not { } next ? null : next.Succeeded ? new VerifiedRegistration(next.Value.ToProgress(), ticket) : next.Problem!;
    }

    private async Task<Outcome<RegistrationRecord>?> GoOnAsync(
        RegistrationRecord verified, long version, RegistrationSettings rules, Actor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (rules.Approval == RegistrationApproval.None)
        {
            return await creation.StartAsync(actor, verified, version, cancellationToken);
        }

        if (await claims.TakeAsync(verified, accountId: null, cancellationToken) is not { } claim)
        {
            return RegistrationProblems.AddressTaken;
        }

        var waiting = verified with { State = RegistrationState.Approval, ExpiresAt = now + Patience };
        DocumentWrite[] writes =
        [
            documents.Replace(waiting, version, now),
            claim,
            mails.Waiting(waiting),
            notices.ApprovalAsked(waiting.Id, waiting.UserName, waiting.Email),
            audit.Entry(actor, AuditActions.RegistrationVerify, "registration/" + waiting.Id, AuditResults.Accepted, $"{waiting.UserName} waits for approval"),
        ];
        return (await documents.Store.CommitAsync(writes, cancellationToken)).Committed ? waiting : default(Outcome<RegistrationRecord>?);
    }
}
