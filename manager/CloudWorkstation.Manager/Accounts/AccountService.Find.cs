using CloudWorkstation.Manager.Access.Rules;

namespace CloudWorkstation.Manager.Accounts;

internal sealed partial class AccountService
{
    public async Task<string?> FindIdAsync(Actor actor, string idOrUserName, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsRead))
        {
            return null;
        }

        var account = await FindAsync(idOrUserName, cancellationToken)
            ?? await accounts.FindByNameAsync(Identity.UserNames.Normalize(idOrUserName), cancellationToken);
        return account?.Id;
    }
}
