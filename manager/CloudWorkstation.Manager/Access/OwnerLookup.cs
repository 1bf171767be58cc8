using CloudWorkstation.Manager.Accounts;

namespace CloudWorkstation.Manager.Access;

/// <summary>Finds the account that an admin names by id or user name.</summary>
internal sealed class OwnerLookup(IServiceProvider services)
{
    /// <summary>The account id, or null when nobody is called that.</summary>
    public async Task<string?> FindAsync(Actor actor, string idOrUserName, CancellationToken cancellationToken)
    {
        if (idOrUserName == actor.AccountId || string.Equals(idOrUserName, actor.UserName, StringComparison.OrdinalIgnoreCase))
        {
            return actor.AccountId;
        }

        // Resolved late: a process without accounts (a worker, a test) can still list.
        if (services.GetService(typeof(IAccountService)) is not IAccountService accounts)
        {
            return idOrUserName;
        }

        var byId = await accounts.GetAsync(actor, idOrUserName, cancellationToken);
        if (byId.Succeeded)
        {
            return byId.Value.Account.Id;
        }

        var byName = await accounts.ListAsync(actor, idOrUserName, 100, null, cancellationToken);
        return byName.Succeeded
            ? byName.Value.Items.FirstOrDefault(a => string.Equals(a.Account.UserName, idOrUserName, StringComparison.OrdinalIgnoreCase))?.Account.Id
            : null;
    }
}
