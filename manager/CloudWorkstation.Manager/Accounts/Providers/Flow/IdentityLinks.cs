using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.SecondFactor;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Audit;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <inheritdoc />
internal sealed class IdentityLinks(
    ProviderCatalogue catalogue,
    ProviderDepartures departures,
    ExternalSignIn external,
    IdentityDocuments identities,
    AccountUserStore accounts,
    AccountManager manager,
    ISessionService sessionService,
    SessionDocuments sessions,
    SessionEnder ender,
    SecondFactorPolicy rules,
    Proofs proofs,
    FactorNews news,
    IAccessPolicy policy,
    IAuditLog audit) : IIdentityLinks
{
    private const int Attempts = 20;
    private const string Action = AuditActions.AccountIdentity;
    private const string Providers = "oidc:";

    public async Task<Outcome<MyIdentities>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        var known = await catalogue.EnabledAsync(cancellationToken);
        var linked = new List<LinkedIdentity>();
        foreach (var source in account.Identities.Select(i => i.Source).Distinct(StringComparer.Ordinal))
        {
            var name = source.StartsWith(Providers, StringComparison.Ordinal) ? source[Providers.Length..] : null;
            var title = known.FirstOrDefault(p => p.Source == source)?.Label ?? name ?? source[(source.IndexOf(':', StringComparison.Ordinal) + 1)..];
            linked.Add(new LinkedIdentity(source, name, title, name is not null && await HasAnotherWayAsync(account, source, cancellationToken)));
        }

        return new MyIdentities(linked, [.. known.Where(p => !IsLinked(account, p)).Select(p => new OfferedProvider(p.Name, p.Label))]);
    }

    public async Task<Outcome<ProviderDeparture>> LeaveAsync(Actor actor, string provider, CancellationToken cancellationToken) =>
        await proofs.DemandAsync(actor, cancellationToken) is { } demand ? demand
        : await catalogue.FindAsync(provider, cancellationToken) is not { } settings ? ProviderProblems.Unknown
        : IsLinked(await accounts.GetAsync(actor.AccountId, cancellationToken), settings) ? LinkProblems.AlreadyLinked
        : await departures.LeaveAsync(settings, "/account", new TripOfLink(actor.AccountId, actor.SessionId!), cancellationToken);

    /// <summary>Somebody has come back from the provider, in the browser in which the account's owner left for it.</summary>
    public async Task<Outcome<bool>> LinkAsync(ProviderSettings provider, TripOfLink trip, FoundPerson person, Client client, CancellationToken cancellationToken)
    {
        if (await sessionService.FindLiveAsync(trip.Account, trip.Session, cancellationToken) is null)
        {
            return AccountProblems.SessionEnded;
        }

        if (!ProviderPerson.IsAdmitted(provider, person.Identity, person.EmailIsVerified))
        {
            return ProviderProblems.NotAdmitted;
        }

        var access = await policy.CurrentAsync(cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var account = await accounts.GetAsync(trip.Account, cancellationToken);
            if (await external.FindAsync(person.Identity, cancellationToken) is { } owner)
            {
                return owner.Id == account.Id ? true : await RefuseAsync(account, trip, provider, client, cancellationToken);
            }

            account.Identities = [.. account.Identities, new IdentityLink(person.Identity.Source, person.Identity.Subject, person.Identity.Authority)];
            ExternalSignIn.Apply(account, person.Identity, access);
            account.Revision++;
            account.Also.Add(identities.Add(person.Identity, account.Id));
            account.Also.Add(audit.Entry(account.ToActor(trip.Session, client.Address), Action, account.AuditTarget, AuditResults.Accepted, $"linked: {provider.Source}"));
            account.Also.AddRange(news.Of(account, FactorChange.IdentityLinked, provider.Label));
            if ((await manager.UpdateAsync(account)).Succeeded)
            {
                return true;
            }
        }

        return AccountProblems.Busy;
    }

    public async Task<Outcome<bool>> UnlinkAsync(Actor actor, string provider, CancellationToken cancellationToken)
    {
        if (await proofs.DemandAsync(actor, cancellationToken) is { } demand)
        {
            return demand;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryUnlinkAsync(actor, Providers + provider, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return AccountProblems.Busy;
    }

    private static bool IsLinked(AccountRecord account, ProviderSettings provider) =>
        account.Identities.Any(i => i.Source == provider.Source && (i.Authority is null || i.Authority == provider.Authority));

    private async Task<Outcome<bool>> RefuseAsync(AccountRecord account, TripOfLink trip, ProviderSettings provider, Client client, CancellationToken cancellationToken)
    {
        await audit.RecordAsync(
            account.ToActor(trip.Session, client.Address), Action, account.AuditTarget, AuditResults.Refused, $"{provider.Source}: belongs to another account", cancellationToken);
        return LinkProblems.BelongsToAnother;
    }

    /// <summary>Null when somebody else changed the account at the same moment.</summary>
    private async Task<Outcome<bool>?> TryUnlinkAsync(Actor actor, string source, CancellationToken cancellationToken)
    {
        var account = await accounts.GetAsync(actor.AccountId, cancellationToken);
        var gone = account.Identities.Where(i => i.Source == source).ToList();
        if (gone.Count == 0)
        {
            return Problem.NotFound("provider", source[Providers.Length..]);
        }

        if (!await HasAnotherWayAsync(account, source, cancellationToken))
        {
            return LinkProblems.LastWayIn;
        }

        foreach (var link in gone)
        {
            account.Also.AddRange(await identities.RemoveAsync(link, account.Id, cancellationToken));
        }

        account.Identities = [.. account.Identities.Where(i => i.Source != source)];
        account.ExternalGroups = [.. account.ExternalGroups.Where(g => g.Source != source)];
        account.Revision++;
        account.Also.Add(audit.Entry(actor, Action, account.AuditTarget, AuditResults.Accepted, $"unlinked: {source}"));
        account.Also.AddRange(news.Of(account, FactorChange.IdentityUnlinked, source[Providers.Length..]));
        if (!(await manager.UpdateAsync(account)).Succeeded)
        {
            return null;
        }

        await EndSessionsOfAsync(actor, account, source, cancellationToken);
        return true;
    }

    /// <summary>Whoever else came in that way, perhaps on a device that was lost.</summary>
    private async Task EndSessionsOfAsync(Actor actor, AccountRecord account, string source, CancellationToken cancellationToken)
    {
        foreach (var session in (await sessions.LiveOfAsync(account.Id, cancellationToken)).Where(s => s.Method == source && s.Id != actor.SessionId))
        {
            await ender.EndAsync(actor, session.Id, "unlinked", cancellationToken);
        }
    }

    private async Task<bool> HasAnotherWayAsync(AccountRecord account, string source, CancellationToken cancellationToken)
    {
        if (account.PasswordHash is not null && await rules.AllowsPasswordAsync(account, cancellationToken))
        {
            return true;
        }

        var enabled = await catalogue.EnabledAsync(cancellationToken);
        return account.Identities.Any(i => i.Source != source && (!i.Source.StartsWith(Providers, StringComparison.Ordinal) || enabled.Any(p => p.Source == i.Source)));
    }
}

/// <summary>The refusals, worded once.</summary>
internal static class LinkProblems
{
    public static Problem AlreadyLinked { get; } = new(ProblemKind.Conflict, "already_linked", "Your account is linked with this provider already.");

    public static Problem BelongsToAnother { get; } = new(
        ProblemKind.Conflict, "identity_taken", "That account at the provider belongs to another account here. Sign in with it and remove the link there, or ask an administrator.");

    public static Problem LastWayIn { get; } = new(
        ProblemKind.Conflict, "last_way_in", "This is the only way in that your account has. Link another provider first, or ask an administrator for a password.");
}
