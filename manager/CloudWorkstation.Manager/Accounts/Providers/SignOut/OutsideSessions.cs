using System.Security.Cryptography;
using System.Text;
using CloudWorkstation.Manager.Accounts.External;
using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Accounts.Sessions;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Providers;

/// <summary>
/// Which of our sessions belong to whom at a provider. A provider may say only its session's id when somebody signs out, so that whose it is gets
/// written down before ours begins; the sessions themselves are then read one by one, because a list may lag.
/// </summary>
internal sealed class OutsideSessions(IDocumentStore store, ExternalSignIn external, AccountUserStore accounts, SessionDocuments sessions, SessionEnder ender, TimeProvider time)
{
    public const string Purpose = "provider-session";
    private static readonly TimeSpan Kept = 2 * SessionLimits.SessionLifetime;

    // A session of ours that begins a little later, after a second factor, is covered too.
    private static readonly TimeSpan Needed = SessionLimits.SessionLifetime + TimeSpan.FromHours(1);

    private readonly Collection<KnownSession> known = new(store, Sessions, s => s.Id);
    private readonly Collection<UsedToken> used = new(store, UsedTokens, t => t.Id);

    public static CollectionDefinition Sessions { get; } = new("provider-sessions");

    public static CollectionDefinition UsedTokens { get; } = new("logout-tokens");

    public async Task RememberAsync(OutsideSession outside, string accountId, CancellationToken cancellationToken)
    {
        if (outside.SessionId is not { } session)
        {
            return;
        }

        while (true)
        {
            var id = Id(outside.Source, session);
            var now = time.GetUtcNow();
            var before = await known.GetAsync(id, cancellationToken);
            if (before is { Value: var noted } && noted.AccountId == accountId && noted.KeptUntil >= now + Needed)
            {
                return;
            }

            var value = new KnownSession(id, accountId, now + Kept);
            var write = before is null ? known.Add(value, value.KeptUntil) : known.Replace(value, before.Version, value.KeptUntil);
            if ((await store.CommitAsync([write], cancellationToken)).Committed)
            {
                return;
            }
        }
    }

    /// <summary>Ends what belongs to the provider's session, or to the person in all of theirs; false when the account is unknown.</summary>
    public async Task<bool> EndAsync(ProviderSettings provider, string? subject, string? session, string? address, CancellationToken cancellationToken)
    {
        var source = provider.Source;
        var accountId = subject is not null
            ? (await external.FindAsync(new ExternalIdentity { Source = source, Authority = provider.Authority, FormerAuthorities = provider.FormerIssuers, Subject = subject }, cancellationToken))?.Id
            : (await known.GetAsync(Id(source, session!), cancellationToken))?.Value.AccountId;
        if (accountId is null || await accounts.FindByIdAsync(accountId, cancellationToken) is not { } account)
        {
            return false;
        }

        var listed = (await sessions.LiveOfAsync(accountId, cancellationToken)).Select(s => s.Id);
        foreach (var id in listed.Union(account.RecentSessions, StringComparer.Ordinal))
        {
            if ((await sessions.GetAsync(id, cancellationToken))?.Value.Outside is { } outside
                && outside.Source == source && (session is null || outside.SessionId == session) && (subject is null || outside.Subject == subject))
            {
                await ender.EndAsync(account.ToActor(id, address), id, "signed-out-at-provider", cancellationToken);
            }
        }

        return true;
    }

    public async Task<bool> IsUsedAsync(string source, string token, CancellationToken cancellationToken) =>
        await used.GetAsync(Id(source, token), cancellationToken) is not null;

    public Task UseAsync(string source, string token, DateTimeOffset until, CancellationToken cancellationToken) =>
        store.CommitAsync([used.Add(new UsedToken(Id(source, token)), until)], cancellationToken);

    private static string Id(string source, string name) => $"{source}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";

    private sealed record KnownSession(string Id, string AccountId, DateTimeOffset KeptUntil = default);

    private sealed record UsedToken(string Id);
}
