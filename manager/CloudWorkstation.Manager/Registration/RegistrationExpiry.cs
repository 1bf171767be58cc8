using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Registration;

/// <summary>Forgets what nobody came back for: an unused link with everything typed, and what waited too long for a decision. The store's own expiry may be days late.</summary>
internal sealed class RegistrationExpiry(RegistrationDocuments documents, RegistrationMails mails, IAuditLog audit, TimeProvider time)
{
    /// <summary>Returns how many were ended.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var ended = 0;
        var now = time.GetUtcNow();
        foreach (var due in await documents.DueAsync(RegistrationDocuments.Expiring, now, cancellationToken))
        {
            if (await documents.Registrations.GetAsync(due.Value.Id, cancellationToken) is not { } found || found.Value.ExpiresAt > now || found.Value.HasEnded)
            {
                continue;
            }

            ended += (await documents.Store.CommitAsync(Writes(found, now), cancellationToken)).Committed ? 1 : 0;
        }

        return ended;
    }

    private IReadOnlyList<DocumentWrite> Writes(Versioned<RegistrationRecord> found, DateTimeOffset now)
    {
        switch (found.Value.State)
        {
            case RegistrationState.Unverified:
                return [documents.Registrations.Remove(found.Value.Id, found.Version)];
            case RegistrationState.Approval or RegistrationState.Failed:
                var ended = found.Value.Ended(RegistrationState.Cancelled);
                var entry = audit.Entry(Actor.System, AuditActions.RegistrationCancel, "registration/" + ended.Id, AuditResults.Accepted, "nobody decided in time");
                return [documents.Replace(ended, found.Version, now), entry, mails.Cancelled(ended)];
            default:
                return [documents.Registrations.CheckVersion(found.Value.Id, found.Version)];
        }
    }
}
