using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;

namespace CloudWorkstation.Manager.Notifications.People;

/// <summary>Who gets a notice by mail: who is concerned, may sign in, has an address, and has not chosen otherwise.</summary>
internal sealed class Recipients(AccountUserStore accounts, IAccessPolicy policy, NotificationPreferences preferences)
{
    /// <value>A notice to administrators goes to so many; it and its mails fit into one commit.</value>
    public const int Most = 50;
    private const int PageSize = 500;

    public async Task<IReadOnlyList<AccountRecord>> OfAsync(Notice notice, NoticeType type, CancellationToken cancellationToken)
    {
        List<AccountRecord> found = [];
        await foreach (var account in ConcernedAsync(notice, type, cancellationToken))
        {
            if (!account.Disabled && account.Email is { Length: > 0 } && await preferences.WantsMailAsync(account.Id, type, cancellationToken))
            {
                found.Add(account);
            }

            if (found.Count == Most)
            {
                break;
            }
        }

        return found;
    }

    private async IAsyncEnumerable<AccountRecord> ConcernedAsync(
        Notice notice, NoticeType type, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (type.Permission is null)
        {
            if (notice.Account is not null && await accounts.FindByIdAsync(notice.Account, cancellationToken) is { } person)
            {
                yield return person;
            }

            yield break;
        }

        var rules = await policy.CurrentAsync(cancellationToken);
        string? cursor = null;
        do
        {
            (var page, cursor) = await accounts.PageAsync(PageSize, cursor, cancellationToken);
            foreach (var account in page.Where(a => rules.Of(a.Roles, a.AllGroups).Allows(type.Permission)))
            {
                yield return account;
            }
        }
        while (cursor is not null);
    }
}
