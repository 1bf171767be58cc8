using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Accounts.Administration;

/// <inheritdoc cref="IAccountAdministration"/>
internal sealed class AccountAdministration(
    AccountUserStore accounts,
    SessionDocuments sessions,
    ISessionService live,
    SessionEnder ender,
    IDesktopService desktops,
    IApiTokens tokens,
    IAuditLog audit,
    TimeProvider time) : IAccountAdministration
{
    private const int Attempts = 10;
    private const int MaximumPage = 200;

    /// <summary>How many pages one search reads before it hands back a cursor, found something or not.</summary>
    private const int SearchedPages = 20;

    public async Task<Outcome<Listing<AccountView>>> ListAsync(Actor actor, AccountFilter filter, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsRead))
        {
            return AccountProblems.Forbidden;
        }

        var now = time.GetUtcNow();
        var wanted = Math.Clamp(filter.Limit, 1, MaximumPage);
        var (found, cursor) = (new List<AccountView>(), filter.Cursor);
        for (var page = 0; page < SearchedPages && found.Count < wanted; page++)
        {
            (var items, cursor) = await accounts.PageAsync(wanted - found.Count, cursor, cancellationToken);
            found.AddRange(items.Where(a => Matches(a, filter, now)).Select(a => a.ToView(now)));
            if (cursor is null)
            {
                break;
            }
        }

        return new Listing<AccountView>(found, cursor);
    }

    public async Task<Outcome<AccountView>> UnlockAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsUnlock))
        {
            return AccountProblems.Forbidden;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await FindAsync(id, cancellationToken) is not { } account)
            {
                return Problem.NotFound("account", id);
            }

            if (account.Lockout == LockoutState.None)
            {
                return account.ToView(time.GetUtcNow());
            }

            account.Lockout = LockoutState.None;
            account.Also.Add(audit.Entry(actor, AuditActions.AccountUnlock, account.AuditTarget, AuditResults.Accepted));
            if ((await accounts.UpdateAsync(account, cancellationToken)).Succeeded)
            {
                return account.ToView(time.GetUtcNow());
            }
        }

        return AccountProblems.Busy;
    }

    public async Task<Outcome<Listing<SessionInfo>>> SessionsAsync(Actor actor, string? search, int limit, string? cursor, CancellationToken cancellationToken) =>
        actor.May(Permissions.AccountsRead)
            ? await sessions.LiveAsync(s => Has(s.UserName, search) || Has(s.Address, search), CurrentAsync, limit, cursor, cancellationToken)
            : AccountProblems.Forbidden;

    public async Task<Outcome<bool>> EndSessionsAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.SessionsManage) && !actor.Is(id))
        {
            return AccountProblems.Forbidden;
        }

        if (await FindAsync(id, cancellationToken) is not { } account)
        {
            return Problem.NotFound("account", id);
        }

        await ender.EndAllAsync(actor, account.Id, actor.Is(account.Id) ? actor.SessionId : null, "ended", cancellationToken);
        return true;
    }

    public async Task<Outcome<Possessions>> PossessionsAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsRead) || !actor.May(Permissions.DesktopsRead))
        {
            return AccountProblems.Forbidden;
        }

        if (await FindAsync(id, cancellationToken) is not { } account)
        {
            return Problem.NotFound("account", id);
        }

        var owned = await desktops.ListAsync(actor, new DesktopFilter { Owner = account.Id, Limit = Possessions.MostDesktops }, cancellationToken);
        if (!owned.Succeeded)
        {
            return owned.Problem!;
        }

        var sessionsNow = await live.ListAsync(actor, account.Id, cancellationToken);
        var keys = await tokens.ListAsync(actor, account.Id, cancellationToken);
        return new Possessions(account.ToView(time.GetUtcNow()), owned.Value.Items, owned.Value.Cursor is not null, sessionsNow, keys.Succeeded ? keys.Value : []);
    }

    private static bool Matches(AccountRecord account, AccountFilter filter, DateTimeOffset now) =>
        (Has(account.UserName, filter.Search) || Has(account.DisplayName, filter.Search) || Has(account.Email, filter.Search))
        && (filter.Disabled is null || account.Disabled == filter.Disabled)
        && (filter.Locked is null || account.Lockout.IsLocked(now) == filter.Locked)
        && (filter.Role is null || account.Roles.Contains(filter.Role, StringComparer.Ordinal))
        && (filter.Group is null || account.AllGroups.Contains(filter.Group, StringComparer.Ordinal))
        && (filter.Source is null || IsFrom(account, filter.Source));

    private static bool IsFrom(AccountRecord account, string source) => string.Equals(source, "local", StringComparison.Ordinal)
        ? account.Identities.Count == 0
        : account.Identities.Any(i => string.Equals(i.Source, source, StringComparison.Ordinal));

    private static bool Has(string? text, string? search) =>
        string.IsNullOrWhiteSpace(search) || (text is not null && text.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase));

    private async Task<AccountRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        UserNames.IsValid(id) ? await accounts.FindByIdAsync(id, cancellationToken) : null;

    /// <summary>A session lives by its account too: a process that died while it ended somebody's sessions leaves records that look alive.</summary>
    private async Task<IReadOnlyList<SessionRecord>> CurrentAsync(IReadOnlyList<SessionRecord> found, CancellationToken cancellationToken)
    {
        var owners = await Task.WhenAll(found.Select(s => s.AccountId).Distinct(StringComparer.Ordinal).Select(id => accounts.FindByIdAsync(id, cancellationToken)));
        var current = owners.OfType<AccountRecord>().Where(a => !a.Disabled).ToDictionary(a => a.Id, a => a.SecurityStamp, StringComparer.Ordinal);
        return [.. found.Where(s => current.TryGetValue(s.AccountId, out var stamp) && string.Equals(stamp, s.Stamp, StringComparison.Ordinal))];
    }
}
