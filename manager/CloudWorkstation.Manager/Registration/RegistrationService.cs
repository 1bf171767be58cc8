using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Registration.Proofs;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

/// <summary>The part of a registration that a stranger sees: the form. What follows the link is in <see cref="RegistrationVerification"/>.</summary>
internal sealed class RegistrationService(
    RegistrationDocuments documents,
    AddressClaims claims,
    RegistrationVerification verification,
    RegistrationMails mails,
    AccountManager manager,
    PasswordChecker passwords,
    ProofOfWork proofs,
    SecretSeal seal,
    ISettings<RegistrationSettings> settings,
    SortableIds ids,
    IAuditLog audit,
    TimeProvider time) : IRegistrationService
{
    public const string PasswordPurpose = "registration-password";

    public async Task<RegistrationRules> RulesAsync(CancellationToken cancellationToken)
    {
        var now = await settings.CurrentAsync(cancellationToken);
        var domains = now.Enabled ? now.Domains : [];
        return new RegistrationRules(now.Enabled, domains, now.Approval == RegistrationApproval.Admin, now.PasswordReset, PasswordPolicy.MinimumLength);
    }

    public ProofChallenge NewChallenge(string? address) => proofs.New(address);

    public async Task<Outcome<bool>> RequestAsync(RegistrationRequest request, string? address, CancellationToken cancellationToken)
    {
        var rules = await settings.CurrentAsync(cancellationToken);
        if (!rules.Enabled)
        {
            return RegistrationProblems.Closed;
        }

        if (await CheckAsync(request, rules) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        var proof = proofs.Check(request.Proof);
        return proof.Succeeded ? await AcceptAsync(request, rules, proof.Value, address, cancellationToken) : proof.Problem!;
    }

    public Task<Outcome<VerifiedRegistration>> VerifyAsync(string token, string? userName, string? address, CancellationToken cancellationToken) =>
        verification.VerifyAsync(token, userName, address, cancellationToken);

    public Task<Outcome<RegistrationProgress>> ProgressAsync(string ticket, CancellationToken cancellationToken) => verification.ProgressAsync(ticket, cancellationToken);

    /// <summary>The same work whether or not the address has an account: one hash or seal, one commit, one mail.</summary>
    private async Task<Outcome<bool>> AcceptAsync(
        RegistrationRequest request, RegistrationSettings rules, DocumentWrite proof, string? address, CancellationToken cancellationToken)
    {
        var email = MailAddresses.Normalize(request.Email)!;
        var (registration, token) = await NewAsync(request, email, rules, cancellationToken);
        var taken = await claims.IsTakenAsync(email, exceptRegistration: null, cancellationToken);
        var caught = !string.IsNullOrEmpty(request.Trap);
        var result = caught ? "trap" : taken ? "address has an account" : null;
        DocumentWrite[] writes =
        [
            proof,
            audit.Entry(Stranger(address), AuditActions.RegistrationRequest, "registration/" + registration.Id, result is null ? AuditResults.Accepted : AuditResults.Refused, result),
            .. caught ? [] : taken ? [mails.AlreadyThere(email)] : new[] { documents.Add(registration), mails.Verify(email, token, registration.ExpiresAt, rules.LinkMinutes) },
        ];
        return (await documents.Store.CommitAsync(writes, cancellationToken)).Committed ? true : ProofOfWork.Spent;
    }

    private async Task<(RegistrationRecord Registration, string Token)> NewAsync(
        RegistrationRequest request, string email, RegistrationSettings rules, CancellationToken cancellationToken)
    {
        var (id, now) = (ids.Next(), time.GetUtcNow());
        var (token, hash) = SecretLinks.New(id);
        var isLocal = rules.Target == RegistrationSettings.Local;
        var registration = new RegistrationRecord
        {
            Id = id,
            UserName = request.UserName,
            DisplayName = AccountFields.Clean(request.DisplayName),
            Email = email,
            Target = rules.Target,
            PasswordHash = isLocal ? await passwords.HashAsync(Draft(request), request.Password, cancellationToken) : null,
            SealedPassword = isLocal ? null : seal.Seal(PasswordPurpose, id, request.Password),
            LinkHash = hash,
            RequestedAt = now,
            ExpiresAt = now + rules.LinkLifetime,
        };
        return (registration, token);
    }

    /// <summary>What is wrong with the form itself, all at once. Says nothing of names and addresses that are taken.</summary>
    private async Task<List<FieldError>> CheckAsync(RegistrationRequest request, RegistrationSettings rules)
    {
        var errors = new List<FieldError>();
        if (NameRules.Refusal(request.UserName, rules) is { } refusal)
        {
            errors.Add(new FieldError("userName", refusal));
        }

        if (MailAddresses.Normalize(request.Email) is not { } email || email.Contains('+', StringComparison.Ordinal))
        {
            errors.Add(new FieldError("email", "An e-mail address looks like name@example.org, without a plus sign."));
        }
        else if (!rules.Allows(email))
        {
            errors.Add(new FieldError("email", $"Only addresses of these domains can register: {string.Join(", ", rules.Domains.Take(20))}."));
        }

        errors.AddRange(AccountFields.CheckDisplayName(request.DisplayName));
        var valid = await manager.ValidatePasswordAsync(Draft(request), request.Password);
        return [.. errors, .. valid.Succeeded ? [] : valid.ToProblem().Errors];
    }

    private static AccountRecord Draft(RegistrationRequest request) => new() { Id = "draft", UserName = request.UserName };

    internal static Actor Stranger(string? address) => new("anonymous", "somebody", [], [], null, address);
}
