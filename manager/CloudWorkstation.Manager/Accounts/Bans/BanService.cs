using System.Net;
using System.Net.Sockets;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Accounts.Bans;

/// <inheritdoc />
internal sealed class BanService(BanList list, AccountUserStore accounts, SessionEnder ender, IAccessPolicy policy, IAuditLog audit, SortableIds ids, TimeProvider time) : IBans
{
    private const int MostOfReason = 200;
    private const int WidestV4 = 8;
    private const int WidestV6 = 32;

    public async ValueTask<Ban?> OfAddressAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        if (address is null)
        {
            return null;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return await FirstAsync(b => b.Network?.Contains(plain) == true, cancellationToken);
    }

    public ValueTask<Ban?> OfAccountAsync(string accountId, CancellationToken cancellationToken) =>
        FirstAsync(b => string.Equals(b.Ban.AccountId, accountId, StringComparison.Ordinal), cancellationToken);

    public async Task<Outcome<IReadOnlyList<Ban>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsRead))
        {
            return AccountProblems.Forbidden;
        }

        var now = time.GetUtcNow();
        return Outcome<IReadOnlyList<Ban>>.From([.. (await list.CurrentAsync(cancellationToken)).Select(b => b.Ban).Where(b => b.ExpiresAt > now)]);
    }

    public async Task<Outcome<Ban>> AddAsync(Actor actor, NewBan wanted, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsManage))
        {
            return AccountProblems.Forbidden;
        }

        var checkedBan = await CheckAsync(actor, wanted, cancellationToken);
        if (checkedBan.Problem is { } problem)
        {
            return problem;
        }

        var ban = checkedBan.Value;
        var entry = audit.Entry(actor, AuditActions.BanCreate, TargetOf(ban), AuditResults.Accepted, AuditChange.Created(ban), ban.Reason);
        await list.Documents.Store.CommitAsync([list.Documents.Add(ban, ban.ExpiresAt), entry], cancellationToken);
        list.Add(ban);
        if (ban.AccountId is { } account)
        {
            await ender.EndAllAsync(actor, account, exceptSession: null, "banned", cancellationToken);
        }

        return ban;
    }

    public async Task<Outcome<bool>> LiftAsync(Actor actor, string id, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccountsManage))
        {
            return AccountProblems.Forbidden;
        }

        if (await list.Documents.GetAsync(id, cancellationToken) is not { } found)
        {
            return Problem.NotFound("ban", id);
        }

        var entry = audit.Entry(actor, AuditActions.BanLift, TargetOf(found.Value), AuditResults.Accepted, AuditChange.Removed(found.Value));
        await list.Documents.Store.CommitAsync([list.Documents.Remove(id, found.Version), entry], cancellationToken);
        list.Remove(id);
        return true;
    }

    private static string TargetOf(Ban ban) => ban.AccountId is { } account ? "account/" + account : "address/" + ban.Network;

    private async ValueTask<Ban?> FirstAsync(Func<(Ban Ban, IPNetwork? Network), bool> applies, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return (await list.CurrentAsync(cancellationToken)).FirstOrDefault(b => b.Ban.ExpiresAt > now && applies(b)).Ban;
    }

    private async Task<Outcome<Ban>> CheckAsync(Actor actor, NewBan wanted, CancellationToken cancellationToken)
    {
        List<FieldError> errors = [];
        var reason = wanted.Reason.Trim();
        Require(errors, reason.Length is >= 1 and <= MostOfReason && !reason.Any(char.IsControl), "reason", $"Say in 1 to {MostOfReason} characters why.");
        Require(errors, wanted.Minutes is >= 1 and <= IBans.MostMinutes, "minutes", $"A ban lasts 1 to {IBans.MostMinutes} minutes.");
        Require(errors, wanted.Account is null != wanted.Network is null, "account", "Name either an account or a network.");
        var network = wanted.Network is null ? null : Parse(wanted.Network);
        Require(errors, wanted.Network is null || network is not null, "network", "Give an address like 192.0.2.7 or a network like 192.0.2.0/24.");
        Require(errors, network is null || network.Value.PrefixLength >= (network.Value.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? WidestV4 : WidestV6), "network", $"This is too much at once: at least /{WidestV4}, or /{WidestV6} for IPv6.");
        Require(errors, network is null || !IPAddress.TryParse(actor.Address, out var own) || !network.Value.Contains(own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own), "network", "You are in this network yourself.");
        var account = wanted.Account is null ? null : await FindAsync(wanted.Account, cancellationToken);
        Require(errors, wanted.Account is null || account is not null, "account", "There is no such account.");
        Require(errors, account is null || !actor.Is(account.Id), "account", "This is your own account.");
        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        var rules = await policy.CurrentAsync(cancellationToken);
        if (account is not null && rules.Of(account.Roles, account.AllGroups).Permissions.Any(p => !actor.May(p)))
        {
            return AccountProblems.Beyond;
        }

        var now = time.GetUtcNow();
        return new Ban
        {
            Id = ids.Next(),
            AccountId = account?.Id,
            UserName = account?.UserName,
            Network = network?.ToString(),
            Reason = reason,
            By = actor.UserName,
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(wanted.Minutes),
        };
    }

    private async Task<AccountRecord?> FindAsync(string idOrName, CancellationToken cancellationToken) =>
        (idOrName.Length is >= 1 and <= 64 && idOrName.All(char.IsAsciiLetterOrDigit) ? await accounts.FindByIdAsync(idOrName, cancellationToken) : null)
        ?? await accounts.FindByNameAsync(UserNames.Normalize(idOrName), cancellationToken);

    private static IPNetwork? Parse(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        }

        return IPNetwork.TryParse(text, out var network) ? network : null;
    }

    private static void Require(List<FieldError> errors, bool holds, string field, string message)
    {
        if (!holds)
        {
            errors.Add(new FieldError(field, message));
        }
    }
}
