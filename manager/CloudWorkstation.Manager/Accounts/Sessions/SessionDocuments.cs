using System.Globalization;
using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Sessions;

/// <summary>Sessions in the store: live ones by account and by when they expire, ended ones by the time their last token runs out.</summary>
internal sealed class SessionDocuments(IDocumentStore store, TimeProvider time) : IRevocations
{
    private const string ByAccount = "account";
    private const string ByEnding = "ended";
    private const string ByExpiry = "expiry";
    private const string AnyAccount = "all";
    private const int PageSize = 200;

    /// <summary>An ended session stays long enough to say "ended" instead of "unknown", and for the audit trail's reader.</summary>
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(1);

    private readonly Collection<SessionRecord> sessions = new(store, Definition, s => s.Id, Indexes);

    public static CollectionDefinition Definition { get; } = new("sessions", ByAccount, ByEnding, ByExpiry);

    public Task<Versioned<SessionRecord>?> GetAsync(string id, CancellationToken cancellationToken) => sessions.GetAsync(id, cancellationToken);

    public DocumentWrite Add(SessionRecord session) => sessions.Add(session, session.ExpiresAt + KeptAfterEnd);

    public DocumentWrite Replace(SessionRecord session, long version) => sessions.Replace(session, version, session.ExpiresAt + KeptAfterEnd);

    public async Task<bool> CommitAsync(CancellationToken cancellationToken, params DocumentWrite[] writes) =>
        (await store.CommitAsync(writes, cancellationToken)).Committed;

    /// <summary>Live sessions of an account, newest first.</summary>
    public async Task<IReadOnlyList<SessionRecord>> LiveOfAsync(string accountId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var query = sessions.Query(ByAccount, accountId) with { Descending = true };
        return [.. (await AllAsync(query, cancellationToken)).Where(s => s.IsLive(now))];
    }

    /// <summary>Everybody's live sessions, newest first.</summary>
    /// <param name="matches">Keeps a session.</param>
    /// <param name="current">Keeps those whose account still stands by them.</param>
    /// <param name="limit">Items wanted.</param>
    /// <param name="cursor">From the page before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<Outcome<Listing<SessionInfo>>> LiveAsync(
        Func<SessionRecord, bool> matches,
        Func<IReadOnlyList<SessionRecord>, CancellationToken, Task<IReadOnlyList<SessionRecord>>> current,
        int limit,
        string? cursor,
        CancellationToken cancellationToken) => FilteredPages.ReadAsync(
            sessions,

            // A bound that stays the same while somebody pages; what expired since is left out one by one.
            sessions.Query(ByExpiry, AnyAccount) with { From = Sortable(new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero)), Descending = true },
            "sessions",
            s => s.IsLive(time.GetUtcNow()) && matches(s),
            s => s.Value.ToInfo(),
            limit,
            cursor,
            cancellationToken,
            async (found, token) =>
            {
                var all = found.ToList();
                var kept = (await current([.. all.Select(s => s.Value)], token)).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
                return [.. all.Where(s => kept.Contains(s.Value.Id))];
            });

    public async Task<IReadOnlyList<Revocation>> LiveAsync(CancellationToken cancellationToken)
    {
        var query = sessions.Query(ByEnding, AnyAccount) with { From = Sortable(time.GetUtcNow()) };
        return [.. (await AllAsync(query, cancellationToken)).Select(s => new Revocation(s.Id, s.TokensValidUntil))];
    }

    private static IEnumerable<IndexEntry> Indexes(SessionRecord session) => session.EndedAt is null
        ? [new IndexEntry(ByAccount, session.AccountId, Sortable(session.CreatedAt)), new IndexEntry(ByExpiry, AnyAccount, Sortable(session.ExpiresAt))]
        : [new IndexEntry(ByEnding, AnyAccount, Sortable(session.TokensValidUntil))];

    private static string Sortable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);

    private ValueTask<List<SessionRecord>> AllAsync(IndexQuery query, CancellationToken cancellationToken) =>
        sessions.AllAsync(query with { Limit = PageSize }, cancellationToken).Select(i => i.Value).ToListAsync(cancellationToken);
}
