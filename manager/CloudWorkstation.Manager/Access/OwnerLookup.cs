using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Access;

/// <summary>Finds the account that somebody who sees everyone's desktops names by id or user name.</summary>
internal sealed class OwnerLookup(IServiceProvider services)
{
    /// <summary>The account id; of nobody's name the name itself, which owns nothing.</summary>
    public async Task<string> FindAsync(Actor actor, string idOrUserName, CancellationToken cancellationToken)
    {
        if (actor.Is(idOrUserName) || string.Equals(idOrUserName, actor.UserName, StringComparison.OrdinalIgnoreCase))
        {
            return actor.AccountId;
        }

        // Resolved late: a process without accounts (a worker, a test) can still list.
        return services.GetService(typeof(AccountUserStore)) is AccountUserStore accounts
            ? (await accounts.FindAsync(idOrUserName, cancellationToken))?.Id ?? idOrUserName
            : idOrUserName;
    }
}
