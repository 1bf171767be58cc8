using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Accounts.SecondFactor;

namespace CloudWorkstation.Manager.Accounts.Tokens;

internal sealed partial class ApiTokens
{
    private const int Attempts = 20;
    private const int LongestName = 64;

    public async Task<Outcome<CreatedToken>> CreateAsync(Actor actor, CreateToken request, CancellationToken cancellationToken)
    {
        if (await proofs.DemandAsync(actor, cancellationToken) is { } demand)
        {
            return demand;
        }

        if (Check(request) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        var accountId = request.AccountId ?? actor.AccountId;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await FindAsync(accountId, cancellationToken) is not { } account)
            {
                return Problem.NotFound("account", accountId);
            }

            if (await TryCreateAsync(actor, account, request, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    public async Task<Outcome<bool>> RevokeAsync(Actor actor, string tokenId, CancellationToken cancellationToken)
    {
        if (actor.Token is not null)
        {
            return AccountProblems.SessionRequired;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var found = IsId(tokenId) ? await tokens.GetAsync(tokenId, cancellationToken) : null;
            if (found is null || found.Value.RevokedAt is not null || !(actor.Is(found.Value.AccountId) || actor.May(Permissions.AccountsManage)))
            {
                return Problem.NotFound("token", tokenId);
            }

            var revoked = found.Value with { RevokedAt = time.GetUtcNow() };
            var entry = audit.Entry(actor, AuditActions.TokenRevoke, "account/" + revoked.AccountId, AuditResults.Accepted, $"{revoked.Name} ({revoked.Prefix})");
            if ((await store.CommitAsync([Replace(revoked, found.Version), entry], cancellationToken)).Committed)
            {
                Revoked?.Invoke(this, new TokenRevokedEventArgs(tokenId));
                return true;
            }
        }

        return AccountProblems.Busy;
    }

    private static bool IsId(string text) => text.Length is >= 1 and <= 64 && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>Null when somebody else changed the account at the same moment.</summary>
    private async Task<Outcome<CreatedToken>?> TryCreateAsync(Actor actor, AccountRecord account, CreateToken request, CancellationToken cancellationToken)
    {
        if (await RefusalAsync(actor, account, cancellationToken) is { } problem)
        {
            await audit.RecordAsync(actor, AuditActions.TokenCreate, account.AuditTarget, AuditResults.Refused, problem.Code, cancellationToken);
            return problem;
        }

        var now = time.GetUtcNow();
        var kept = (await OfAsync(account, cancellationToken)).Where(t => t.IsValid(account, now)).ToList();
        if (kept.Count >= options.Value.PerAccount)
        {
            return Problem.Invalid(new FieldError("name", $"There are {kept.Count} tokens already. Revoke one that is not needed."));
        }

        var text = ApiTokenText.New(account.IsService);
        var token = New(actor, account, request, text, now);
        account.Tokens = [token.Id, .. kept.Select(t => t.Id)];
        account.Also.Add(tokens.Add(token, token.ExpiresAt + KeptAfterExpiry));
        account.Also.Add(audit.Entry(actor, AuditActions.TokenCreate, account.AuditTarget, AuditResults.Accepted, $"{token.Name} ({token.Prefix}): {string.Join(", ", token.Scopes)}; until {token.ExpiresAt:yyyy-MM-dd}"));
        account.Also.AddRange(news.Of(account, FactorChange.TokenCreated, token.Name));
        return (await manager.UpdateAsync(account)).Succeeded ? new CreatedToken(text.Text, token.ToInfo(account, now)) : default(Outcome<CreatedToken>?);
    }

    /// <summary>A person's tokens are made by that person; a service account's by who may do everything that it may do.</summary>
    private async Task<Problem?> RefusalAsync(Actor actor, AccountRecord account, CancellationToken cancellationToken)
    {
        if (account.Disabled)
        {
            return AccountProblems.Disabled;
        }

        if (actor.Is(account.Id))
        {
            return null;
        }

        if (!actor.May(Permissions.AccountsManage))
        {
            return Problem.NotFound("account", account.Id);
        }

        var access = (await policy.CurrentAsync(cancellationToken)).Of(account.Roles, account.AllGroups);
        return !account.IsService ? AccountProblems.NotYourToken
            : access.Permissions.Any(p => !actor.May(p)) ? AccountProblems.Beyond
            : null;
    }

    private static ApiTokenRecord New(Actor actor, AccountRecord account, CreateToken request, ApiTokenText text, DateTimeOffset now) => new()
    {
        Id = text.Id,
        AccountId = account.Id,
        Name = request.Name.Trim(),
        Prefix = ApiTokenText.PrefixOf(account.IsService, text.Id),
        Hash = text.Hash(),
        Scopes = [.. request.Scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        CreatedAt = now,
        CreatedBy = actor.UserName,
        ExpiresAt = request.ExpiresAt,
    };

    private List<FieldError> Check(CreateToken request)
    {
        var errors = new List<FieldError>();
        if (request.Name.Trim() is not { Length: >= 1 and <= LongestName } name || name.Any(char.IsControl))
        {
            errors.Add(new FieldError("name", $"A name has 1 to {LongestName} characters and none that are invisible."));
        }

        if (request.Scopes.Count == 0 || request.Scopes.Any(s => !ApiTokenScopes.IsKnown(s)))
        {
            errors.Add(new FieldError("scopes", "At least one scope, and only `read` and names of permissions."));
        }

        var now = time.GetUtcNow();
        if (request.ExpiresAt <= now || request.ExpiresAt > now.AddDays(options.Value.LongestDays))
        {
            errors.Add(new FieldError("expiresAt", $"A time in the future, at most {options.Value.LongestDays} days away."));
        }

        return errors;
    }
}
