using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Desktops.Bulks;

/// <summary>Who asked for a bulk, with what they may do now and might do then.</summary>
internal sealed class BulkActors(AccountUserStore accounts, IAccessPolicy policy, TimeProvider time)
{
    /// <summary>Null for somebody who may do nothing any more.</summary>
    public async Task<Actor?> FindAsync(Bulk bulk, CancellationToken cancellationToken)
    {
        if (await accounts.FindByIdAsync(bulk.Account, cancellationToken) is not { Disabled: false } account)
        {
            return null;
        }

        var groups = account.ToAccount(time.GetUtcNow()).Groups;
        var access = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, groups);
        return new Actor(account.Id, account.UserName, access.Roles, groups, SessionId: null, bulk.Address) { Access = access.Within(bulk.Permissions) };
    }
}
