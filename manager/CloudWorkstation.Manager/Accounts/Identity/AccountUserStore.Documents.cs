using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Storage;
using Microsoft.AspNetCore.Identity;

namespace CloudWorkstation.Manager.Accounts.Identity;

internal sealed partial class AccountUserStore
{
    public const string ByName = "name";
    private const string ByEmail = "email";
    public const string Everyone = "all";

    private const int MostOfOneAddress = 5;

    private static readonly IdentityErrorDescriber Describe = new();

    private readonly Collection<AccountRecord> accounts =
        new(documents, Definition, a => a.Id, Indexes);

    /// <summary>Holds each user name for one account; its absence is the condition that makes names unique.</summary>
    private readonly Collection<AccountName> names = new(documents, Names, n => n.Name);

    public static CollectionDefinition Definition { get; } = new("accounts", ByName, ByEmail);

    public static CollectionDefinition Names { get; } = new("account-names");

    /// <summary>The account of an id that is somebody's: accounts are disabled, never deleted.</summary>
    public async Task<AccountRecord> GetAsync(string userId, CancellationToken cancellationToken) =>
        await FindByIdAsync(userId, cancellationToken) ?? throw new InvalidOperationException("Accounts are never deleted.");

    public async Task<AccountRecord?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        await accounts.GetAsync(userId, cancellationToken) is { } found ? Read(found) : null;

    /// <param name="normalizedUserName">May be anything that somebody typed.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<AccountRecord?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        UserNames.IsValid(normalizedUserName) && await names.GetAsync(normalizedUserName, cancellationToken) is { } name
            ? await FindByIdAsync(name.Value.AccountId, cancellationToken)
            : null;

    /// <summary>The account that is meant by an id or by a user name.</summary>
    public async Task<AccountRecord?> FindAsync(string idOrUserName, CancellationToken cancellationToken) =>
        await FindByNameAsync(UserNames.Normalize(idOrUserName), cancellationToken)
        ?? (UserNames.IsValid(idOrUserName) ? await FindByIdAsync(idOrUserName, cancellationToken) : null);

    /// <summary>For a commit that builds on the account as it was read.</summary>
    public DocumentWrite Unchanged(AccountRecord account) => accounts.CheckVersion(account.Id, account.Version);

    /// <summary>The accounts that have this address, a few at most; one that was given it a moment ago may be missing.</summary>
    public async Task<IReadOnlyList<AccountRecord>> FindByEmailAsync(string email, CancellationToken cancellationToken)
    {
        if (MailAddresses.Key(email) is not { } key)
        {
            return [];
        }

        var page = await accounts.QueryAsync(accounts.Query(ByEmail, key) with { Limit = MostOfOneAddress }, cancellationToken);
        return [.. page.Items.Select(Read).Where(a => MailAddresses.Key(a.Email) == key)];
    }

    public async Task<(IReadOnlyList<AccountRecord> Items, string? Next)> PageAsync(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var page = await accounts.QueryAsync(accounts.Query(ByName, Everyone) with { Limit = limit, PageToken = cursor }, cancellationToken);
        return ([.. page.Items.Select(Read)], page.NextToken);
    }

    public async Task<IdentityResult> CreateAsync(AccountRecord user, CancellationToken cancellationToken)
    {
        var name = names.Add(new AccountName(user.NormalizedUserName, user.Id));
        var result = await documents.CommitAsync([name, accounts.Add(user), .. user.Also], cancellationToken);
        user.Also.Clear();
        if (result.Failed.Contains(0))
        {
            return IdentityResult.Failed(UserNames.Taken(user.UserName));
        }

        user.Version = 1;
        return result.Committed ? IdentityResult.Success : IdentityResult.Failed(Describe.ConcurrencyFailure());
    }

    public async Task<IdentityResult> UpdateAsync(AccountRecord user, CancellationToken cancellationToken)
    {
        var result = await documents.CommitAsync([accounts.Replace(user, user.Version), .. user.Also], cancellationToken);
        user.Also.Clear();
        if (!result.Committed)
        {
            return IdentityResult.Failed(Describe.ConcurrencyFailure());
        }

        user.Version++;
        return IdentityResult.Success;
    }

    /// <summary>Accounts are disabled, never deleted: the audit trail and desktops name them.</summary>
    public Task<IdentityResult> DeleteAsync(AccountRecord user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Accounts are disabled, not deleted.");

    private static IEnumerable<IndexEntry> Indexes(AccountRecord account)
    {
        yield return new IndexEntry(ByName, Everyone, account.NormalizedUserName);
        if (MailAddresses.Key(account.Email) is { } email)
        {
            yield return new IndexEntry(ByEmail, email, account.Id);
        }
    }

    private static AccountRecord Read(Versioned<AccountRecord> found)
    {
        found.Value.Version = found.Version;
        return found.Value;
    }

    private sealed record AccountName(string Name, string AccountId);
}
