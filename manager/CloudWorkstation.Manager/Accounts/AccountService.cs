using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Accounts.SignIn;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Operations;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>
/// Accounts for administrators, and one's own password. Creating and reading are here, changing is in
/// <c>AccountService.Change.cs</c>, passwords in <c>AccountService.Passwords.cs</c>.
/// </summary>
internal sealed partial class AccountService(
    AccountUserStore accounts,
    AccountManager manager,
    AdminGuard admins,
    PasswordSignIn passwords,
    Proofs proofs,
    SessionDocuments sessions,
    SessionEnder ender,
    FirstAdminFile firstAdmin,
    IOptions<FirstAdminOptions> firstAdminOptions,
    IAccessPolicy policy,
    IAuditLog audit,
    TimeProvider time) : IAccountService
{
    private const int Attempts = 10;
    private const int MaximumPage = 200;

    /// <summary>How many pages one search reads before it hands back a cursor, found something or not.</summary>
    private const int SearchedPages = 20;

    public async Task<Outcome<CreatedAccount>> CreateAsync(Actor actor, CreateAccount request, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsManage))
        {
            return AccountProblems.Forbidden;
        }

        if (request is { Kind: AccountKind.Service, Password: not null })
        {
            return AccountProblems.ServiceAccount;
        }

        var generated = request is { Password: null, Kind: AccountKind.Person } ? RandomNames.Password() : null;
        var password = request.Password ?? generated;
        var rules = await policy.CurrentAsync(cancellationToken);
        var account = New(request, rules, mustChange: generated is not null);
        var errors = AccountFields.Check(request.DisplayName, request.Email, request.Roles, request.Groups, rules);
        var validated = await manager.ValidateAsync(account, password);
        errors.AddRange(AccountFields.CheckPurpose(request.Kind, request.Purpose));
        if (errors.Count > 0 || !validated.Succeeded)
        {
            return Problem.Invalid([.. validated.Succeeded ? [] : validated.ToProblem().Errors, .. errors]);
        }

        if (Exceeds(actor, account, rules))
        {
            return AccountProblems.Beyond;
        }

        var problem = await StoreNewAsync(actor, account, password, cancellationToken);
        return problem is not null ? problem : new CreatedAccount(account.ToView(time.GetUtcNow()), generated);
    }

    public async Task<Outcome<AccountView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        var allowed = actor.May(Permissions.AccountsRead) || actor.Is(id);
        return allowed && await FindAsync(id, cancellationToken) is { } account ? account.ToView(time.GetUtcNow()) : Problem.NotFound("account", id);
    }

    public async Task<Outcome<Listing<AccountView>>> ListAsync(
        Actor actor, string? search, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsRead))
        {
            return AccountProblems.Forbidden;
        }

        var wanted = Math.Clamp(limit, 1, MaximumPage);
        var found = new List<AccountView>();
        for (var page = 0; page < SearchedPages && found.Count < wanted; page++)
        {
            (var items, cursor) = await accounts.PageAsync(wanted - found.Count, cursor, cancellationToken);
            found.AddRange(items.Where(a => Matches(a, search)).Select(a => a.ToView(time.GetUtcNow())));
            if (cursor is null)
            {
                break;
            }
        }

        return new Listing<AccountView>(found, cursor);
    }

    /// <summary>Whether an account may do what the one who changes it may not: nobody gives, or takes over, more than they have.</summary>
    private static bool Exceeds(Actor actor, AccountRecord account, AccessRules rules) =>
        rules.Of(account.Roles, account.AllGroups).Permissions.Any(p => !actor.May(p));

    private static bool Matches(AccountRecord account, string? search) =>
        string.IsNullOrWhiteSpace(search) || Has(account.UserName, search) || Has(account.DisplayName, search) || Has(account.Email, search);

    private static bool Has(string? text, string search) => text is not null && text.Contains(search.Trim(), StringComparison.OrdinalIgnoreCase);

    private static bool IsId(string text) => text.Length is >= 1 and <= 64 && text.All(char.IsAsciiLetterOrDigit);

    private async Task<AccountRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        IsId(id) ? await accounts.FindByIdAsync(id, cancellationToken) : null;

    private AccountRecord New(CreateAccount request, AccessRules rules, bool mustChange) => new()
    {
        Id = RandomNames.AccountId(),
        UserName = request.UserName,
        Kind = request.Kind,
        Purpose = AccountFields.Clean(request.Purpose),
        DisplayName = AccountFields.Clean(request.DisplayName),
        Email = AccountFields.Clean(request.Email),
        Roles = AccountRoles.Normalize(request.Roles, rules) ?? AccountRoles.User,
        Groups = AccountFields.Distinct(request.Groups),
        MustChangePassword = mustChange,
        CreatedAt = time.GetUtcNow(),
    };

    /// <summary>Account, name, number of administrators and audit entry in one commit; repeated while somebody else changes the number.</summary>
    private async Task<Problem?> StoreNewAsync(Actor actor, AccountRecord account, string? password, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (guard, _) = await admins.ChangeAsync(before: false, account.IsEnabledAdmin, cancellationToken);
            if (guard is not null)
            {
                account.Also.Add(guard);
            }

            account.Also.Add(audit.Entry(actor, AuditActions.AccountCreate, account.AuditTarget, AuditResults.Accepted, AuditChange.Created(account.ToAccount(time.GetUtcNow())), $"{account.UserName}: {string.Join(", ", account.Roles)}"));
            var result = password is null ? await manager.CreateAsync(account) : await manager.CreateAsync(account, password);
            if (result.Succeeded)
            {
                return null;
            }

            if (!result.IsConcurrencyFailure())
            {
                return result.ToProblem();
            }
        }

        return AccountProblems.Busy;
    }
}
