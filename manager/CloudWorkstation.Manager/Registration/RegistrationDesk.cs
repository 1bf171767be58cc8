using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Settings;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

internal sealed class RegistrationDesk(
    RegistrationDocuments documents,
    RegistrationAccounts creation,
    RegistrationMails mails,
    ISettings<RegistrationSettings> settings,
    IAuditLog audit,
    TimeProvider time) : IRegistrationDesk
{
    private const int LongestReason = 500;

    public async Task<Outcome<Listing<RegistrationView>>> ListAsync(Actor actor, RegistrationState state, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsManage))
        {
            return AccountProblems.Forbidden;
        }

        var query = documents.Registrations.Query(RegistrationDocuments.ByState, state.ToString()) with { Descending = true };
        return await FilteredPages.ReadAsync(
            documents.Registrations, query, $"registrations|{state}", r => r.State == state, r => r.Value.ToView(), limit, cursor, cancellationToken);
    }

    public async Task<Outcome<RegistrationView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, cancellationToken);
        return found.Succeeded ? found.Value.Value.ToView() : found.Problem!;
    }

    public async Task<Outcome<RegistrationView>> ApproveAsync(Actor actor, string id, string? userName, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, cancellationToken, RegistrationState.Approval);
        if (!found.Succeeded)
        {
            return found.Problem!;
        }

        if (await RefusalAsync(userName, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var approved = found.Value.Value with { UserName = userName ?? found.Value.Value.UserName, DecidedBy = actor.UserName };
        return await creation.StartAsync(actor, approved, found.Value.Version, cancellationToken) is not { } outcome ? RegistrationProblems.NotWaiting
            : outcome.Succeeded ? outcome.Value.ToView()
            : outcome.Problem!;
    }

    public async Task<Outcome<RegistrationView>> RefuseAsync(Actor actor, string id, string? reason, CancellationToken cancellationToken)
    {
        if (reason is not null && (reason.Length > LongestReason || reason.Any(c => char.IsControl(c) && c is not '\n')))
        {
            return Problem.Invalid(new FieldError("reason", $"A reason has at most {LongestReason} characters."));
        }

        var found = await FindAsync(actor, id, cancellationToken, RegistrationState.Approval);
        if (!found.Succeeded)
        {
            return found.Problem!;
        }

        var refused = found.Value.Value.Ended(RegistrationState.Refused) with { DecidedBy = actor.UserName, Reason = AccountFields.Clean(reason) };
        return await CommitAsync(actor, AuditActions.RegistrationRefuse, refused, found.Value.Version, refused.Reason, mails.Refused(refused), cancellationToken);
    }

    public async Task<Outcome<RegistrationView>> RetryAsync(Actor actor, string id, string? userName, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, cancellationToken, RegistrationState.Failed, RegistrationState.Creating);
        if (!found.Succeeded)
        {
            return found.Problem!;
        }

        if (await RefusalAsync(userName, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var now = time.GetUtcNow();
        var again = found.Value.Value with { State = RegistrationState.Creating, UserName = userName ?? found.Value.Value.UserName, Running = false, NextAttemptAt = now, Attempts = 0 };
        return IsUnderway(found.Value.Value) ? RegistrationProblems.Underway
            : await CommitAsync(actor, AuditActions.RegistrationRetry, again, found.Value.Version, again.UserName, mail: null, cancellationToken);
    }

    public async Task<Outcome<RegistrationView>> CancelAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, id, cancellationToken, RegistrationState.Failed, RegistrationState.Creating);
        if (!found.Succeeded)
        {
            return found.Problem!;
        }

        var cancelled = found.Value.Value.Ended(RegistrationState.Cancelled) with { DecidedBy = actor.UserName };
        return IsUnderway(found.Value.Value) ? RegistrationProblems.Underway
            : await CommitAsync(actor, AuditActions.RegistrationCancel, cancelled, found.Value.Version, cancelled.Failure, mails.Cancelled(cancelled), cancellationToken);
    }

    private bool IsUnderway(RegistrationRecord registration) => registration.Running && registration.NextAttemptAt > time.GetUtcNow();

    private async Task<Problem?> RefusalAsync(string? userName, CancellationToken cancellationToken) =>
        userName is not null && NameRules.Refusal(userName, await settings.CurrentAsync(cancellationToken)) is { } why ? Problem.Invalid(new FieldError("userName", why)) : null;

    private async Task<Outcome<Versioned<RegistrationRecord>>> FindAsync(Actor actor, string id, CancellationToken cancellationToken, params RegistrationState[] states)
    {
        if (!actor.May(Permissions.AccountsManage))
        {
            return AccountProblems.Forbidden;
        }

        var found = id.Length == SortableIds.Length ? await documents.Registrations.GetAsync(id, cancellationToken) : null;
        return found is null or { Value.State: RegistrationState.Unverified } ? Problem.NotFound("registration", id)
            : states.Length > 0 && !states.Contains(found.Value.State) ? RegistrationProblems.NotWaiting
            : found;
    }

    private async Task<Outcome<RegistrationView>> CommitAsync(
        Actor actor, string action, RegistrationRecord next, long version, string? detail, DocumentWrite? mail, CancellationToken cancellationToken)
    {
        var write = documents.Replace(next, version, time.GetUtcNow());
        var entry = audit.Entry(actor, action, "registration/" + next.Id, AuditResults.Accepted, detail);
        return (await documents.Store.CommitAsync(mail is null ? [write, entry] : [write, entry, mail], cancellationToken)).Committed
            ? next.ToView()
            : RegistrationProblems.NotWaiting;
    }
}
