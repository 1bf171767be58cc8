using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Accounts.External;

/// <summary>
/// From a person at an authority outside to our account. The authority's subject alone decides whose account it is: an equal name or e-mail address
/// never leads into an account that exists already, because whoever runs the authority chooses both.
/// </summary>
internal sealed class ExternalSignIn(AccountUserStore accounts, AccountManager manager, IdentityDocuments identities, IAccessPolicy policy, IAuditLog audit, TimeProvider time)
{
    private const int Attempts = 40;

    /// <summary>The person's account, made at the first time, brought up to date at each further one. Disabled accounts are refused.</summary>
    public async Task<Outcome<AccountRecord>> ResolveAsync(ExternalIdentity identity, string? address, CancellationToken cancellationToken)
    {
        if (!ExternalFields.IsSubject(identity.Subject))
        {
            return ExternalProblems.NoSubject;
        }

        var rules = await policy.CurrentAsync(cancellationToken);
        using var names = ExternalFields.Names(identity).GetEnumerator();
        names.MoveNext();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var known = await FindAsync(identity, cancellationToken);
            var outcome = known is null
                ? await TryCreateAsync(identity, names, rules, address, cancellationToken)
                : await TryUpdateAsync(known, identity, rules, address, cancellationToken);
            if (outcome is { } done)
            {
                return done;
            }
        }

        return AccountProblems.Busy;
    }

    /// <summary>
    /// The account that this person has, read once. One whose document is from before authorities were kept counts while its account names none for the
    /// source: from its next sign-in on it does, and another authority under the same name finds nothing of it.
    /// </summary>
    public async Task<AccountRecord?> FindAsync(ExternalIdentity identity, CancellationToken cancellationToken)
    {
        if (await identities.FindAsync(identity, cancellationToken) is not { } found)
        {
            return null;
        }

        var account = await accounts.GetAsync(found.AccountId, cancellationToken);
        return !found.IsOld || account.Identities.Any(i => IsOldOf(i, identity)) ? account : null;
    }

    /// <summary>Null when the name is taken or the same person came in at the same moment.</summary>
    private async Task<Outcome<AccountRecord>?> TryCreateAsync(
        ExternalIdentity identity, IEnumerator<string> names, AccessRules rules, string? address, CancellationToken cancellationToken)
    {
        var account = New(identity, names.Current, rules);
        account.Also.Add(identities.Add(identity, account.Id));
        account.Also.Add(audit.Entry(account.ToActor(null, address), AuditActions.AccountCreate, account.AuditTarget, AuditResults.Accepted, $"{account.UserName}: from {identity.Source}"));
        var result = await manager.CreateAsync(account);
        cancellationToken.ThrowIfCancellationRequested();
        if (!result.Succeeded && !result.IsConcurrencyFailure())
        {
            names.MoveNext();
        }

        return result.Succeeded ? account : default(Outcome<AccountRecord>?);
    }

    /// <summary>Null when somebody else changed the account at the same moment.</summary>
    private async Task<Outcome<AccountRecord>?> TryUpdateAsync(AccountRecord account, ExternalIdentity identity, AccessRules rules, string? address, CancellationToken cancellationToken)
    {
        if (account.Disabled)
        {
            await audit.RecordAsync(account.ToActor(null, address), AuditActions.SessionSignIn, account.AuditTarget, AuditResults.Refused, $"disabled; {identity.Source}", cancellationToken);
            return AccountProblems.Disabled;
        }

        var changes = Apply(account, identity, rules);
        if (account.Identities.FirstOrDefault(i => IsOldOf(i, identity)) is { } old)
        {
            if ((await identities.FindAsync(identity, cancellationToken))?.Leave is { } leave)
            {
                account.Also.Add(leave);
            }

            account.Identities = [.. account.Identities.Select(i => i == old ? old with { Authority = identity.Authority } : i)];
            account.Also.Add(identities.Add(identity, account.Id));
            changes.Add("issuer " + identity.Authority);
        }

        if (changes.Count == 0)
        {
            return account;
        }

        account.Also.Add(audit.Entry(account.ToActor(null, address), AuditActions.AccountChange, account.AuditTarget, AuditResults.Accepted, $"{identity.Source}: {string.Join("; ", changes)}"));
        return (await manager.UpdateAsync(account)).Succeeded ? account : default(Outcome<AccountRecord>?);
    }

    private static bool IsOldOf(IdentityLink link, ExternalIdentity identity) =>
        identity.Authority is not null && link.Source == identity.Source && link.Subject == identity.Subject
        && (link.Authority is null || identity.FormerAuthorities.Contains(link.Authority, StringComparer.Ordinal));

    private AccountRecord New(ExternalIdentity identity, string name, AccessRules rules)
    {
        var account = new AccountRecord
        {
            Id = RandomNames.AccountId(),
            UserName = name,
            Roles = ExternalFields.Roles(identity.RolesOfNewAccount, rules),
            Identities = [new IdentityLink(identity.Source, identity.Subject, identity.Authority)],
            CreatedAt = time.GetUtcNow(),
        };
        Apply(account, identity, rules);
        return account;
    }

    /// <summary>
    /// Sets what differs; the result names it for the audit trail. The authority speaks for name, address and its own groups, and for no role. Somebody with a
    /// password of their own, who has linked it, speaks for name and address themselves.
    /// </summary>
    internal static List<string> Apply(AccountRecord account, ExternalIdentity identity, AccessRules rules)
    {
        var done = new List<string>();
        var speaks = account.PasswordHash is null;
        if (speaks && ExternalFields.DisplayName(identity.DisplayName) is { } name && name != account.DisplayName)
        {
            account.DisplayName = name;
            done.Add("display name");
        }

        if (speaks && ExternalFields.Email(identity.Email) is { } email && email != account.Email)
        {
            account.Email = email;
            done.Add("e-mail address");
        }

        var before = account.ExternalGroups.FirstOrDefault(g => g.Source == identity.Source)?.Groups ?? [];
        var groups = identity.Groups is null ? before : ExternalFields.Groups(identity.Groups, rules);
        if (!groups.SequenceEqual(before, StringComparer.Ordinal))
        {
            var others = account.ExternalGroups.Where(g => g.Source != identity.Source);
            account.ExternalGroups = groups.Count == 0 ? [.. others] : [.. others, new GroupsFrom(identity.Source, groups)];
            done.Add("groups: " + string.Join(", ", groups));
        }

        return done;
    }
}
