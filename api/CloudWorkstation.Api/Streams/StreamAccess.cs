using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Api.Streams;

/// <summary>
/// Whether a listener may still do what they might when the stream was opened: asked before an event goes out, once a second at most. A stream
/// decides by the permissions it began with, so it ends when they change.
/// </summary>
public sealed class StreamAccess(IAccessPolicy policy, IAccountService accounts, TimeProvider time)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time = time;

    public Check Of(Actor actor) => new(this, actor);

    private async Task<bool> IsUnchangedAsync(Actor actor, CancellationToken cancellationToken)
    {
        var found = await accounts.GetAsync(actor, actor.AccountId, cancellationToken);
        if (!found.Succeeded)
        {
            return false;
        }

        var account = found.Value.Account;
        var now = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, account.Groups).Permissions;
        var allowed = actor.Token is { } token ? now.Where(p => ApiTokenScopes.Allow(token.Scopes, p)) : now;
        return allowed.SequenceEqual(actor.Access.Permissions, StringComparer.Ordinal);
    }

    /// <summary>One stream's question.</summary>
    public sealed class Check
    {
        private readonly StreamAccess owner;
        private readonly Actor actor;
        private long askedAt;

        internal Check(StreamAccess owner, Actor actor) => (this.owner, this.actor, askedAt) = (owner, actor, owner.time.GetTimestamp());

        public async ValueTask<bool> HoldsAsync(CancellationToken cancellationToken)
        {
            if (owner.time.GetElapsedTime(askedAt) < Trusted)
            {
                return true;
            }

            askedAt = owner.time.GetTimestamp();
            return await owner.IsUnchangedAsync(actor, cancellationToken);
        }
    }
}
