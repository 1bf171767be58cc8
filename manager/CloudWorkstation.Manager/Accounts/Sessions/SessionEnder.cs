using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Accounts.Sessions;

/// <summary>Ends sessions: stored first, then told to the router and the live connections.</summary>
internal sealed class SessionEnder(SessionDocuments sessions, AccountUserStore accounts, IAuditLog audit, IEnumerable<ISessionEndings> listeners, TimeProvider time)
{
    /// <summary>False when there was nothing to end.</summary>
    public async Task<bool> EndAsync(Actor actor, string sessionId, string reason, CancellationToken cancellationToken)
    {
        while (await sessions.GetAsync(sessionId, cancellationToken) is { } found && found.Value.IsLive(time.GetUtcNow()))
        {
            var now = time.GetUtcNow();
            var ended = found.Value with { EndedAt = now, EndReason = reason, TokensValidUntil = Earlier(now + SessionLimits.TokenLifetime, found.Value.ExpiresAt) };
            var entry = audit.Entry(actor, AuditActions.SessionEnd, "session/" + sessionId, AuditResults.Accepted, reason);
            if (await sessions.CommitAsync(cancellationToken, sessions.Replace(ended, found.Version), entry))
            {
                Tell(ended, reason);
                return true;
            }
        }

        return false;
    }

    public async Task EndAllAsync(Actor actor, string accountId, string? exceptSession, string reason, CancellationToken cancellationToken)
    {
        var listed = (await sessions.LiveOfAsync(accountId, cancellationToken)).Select(s => s.Id);
        var recent = (await accounts.FindByIdAsync(accountId, cancellationToken))?.RecentSessions ?? [];
        foreach (var session in listed.Union(recent, StringComparer.Ordinal))
        {
            if (!string.Equals(session, exceptSession, StringComparison.Ordinal))
            {
                await EndAsync(actor, session, reason, cancellationToken);
            }
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private void Tell(SessionRecord session, string reason)
    {
        foreach (var listener in listeners)
        {
            listener.SessionEnded(session.Id, session.TokensValidUntil, reason);
        }
    }
}
