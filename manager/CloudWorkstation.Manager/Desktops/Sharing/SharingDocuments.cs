using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Desktops.Sharing;

/// <summary>
/// Everything about who else is at a desktop's screen, in one document: a share, its first use and its end, and who is connected by it, are each decided
/// in one conditional write, and read by key.
/// </summary>
internal sealed record DesktopSharing(string Desktop)
{
    public IReadOnlyList<Share> Shares { get; init; } = [];

    public IReadOnlyList<Watcher> Watchers { get; init; } = [];

    public IReadOnlyList<WatchRequest> Requests { get; init; } = [];
}

/// <summary>Somebody for whom a share is, or who has taken it.</summary>
internal sealed record Person(string Id, string UserName);

/// <summary>What lets somebody else than the owner see a screen: a link that the owner made, or an administrator's look that the owner or a rule allowed.</summary>
internal sealed record Share
{
    /// <value>The desktop's id and 14 random characters: whoever holds an id finds the document by key.</value>
    public required string Id { get; init; }

    /// <value>Of the link's secret; null for an administrator's look, which has no link.</value>
    public string? Hash { get; init; }

    /// <value>Account id of the desktop's owner when it was made: with another owner it is over.</value>
    public required string Owner { get; init; }

    /// <value>The desktop's last operation when it was made: after another one it is over.</value>
    public string? Operation { get; init; }

    public required string MadeBy { get; init; }

    public required ScreenAccess Access { get; init; }

    /// <value>Empty for anyone who has the link.</value>
    public IReadOnlyList<Person> People { get; init; } = [];

    public bool SingleUse { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <value>Who connected first, where only the first may.</value>
    public Person? TakenBy { get; init; }

    public IReadOnlyList<ShareUse> UsedBy { get; init; } = [];

    /// <value>Account ids of those whom the owner has sent away.</value>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <value>The connection that was granted by it last; null before the first, and with links.</value>
    public string? LastConnection { get; init; }

    public bool IsWatch => Hash is null;

    public ShareView ToView() => new(Id, MadeBy, Access, [.. People.Select(p => p.UserName)], People.Count == 0, SingleUse, CreatedAt, ExpiresAt, UsedBy);
}

/// <summary>An open connection, as others are told of it.</summary>
internal sealed record Watcher(string Connection, string Account, string UserName, WatcherRole Role, ScreenAccess Access, string? Share, DateTimeOffset Since)
{
    public WatcherView ToView() => new(Connection, UserName, Role, Access, Since);
}

/// <summary>An administrator asks to see a screen.</summary>
internal sealed record WatchRequest(string Id, string Account, string UserName, DateTimeOffset AskedAt, DateTimeOffset Until, WatchRequestState State)
{
    public DateTimeOffset? AnsweredAt { get; init; }

    public WatchRequestView ToView(string desktop, DateTimeOffset now) => new(Id, desktop, UserName, AskedAt, Until, StateAt(now));

    public WatchRequestState StateAt(DateTimeOffset now) => State == WatchRequestState.Pending && Until <= now ? WatchRequestState.Unanswered : State;
}

/// <summary>The collection of this folder.</summary>
internal sealed class SharingDocuments(IDocumentStore store, TimeProvider time)
{
    // No share and no connection lasts nearly as long.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const string ByOwner = "owner";
    private const string All = "all";

    private readonly Collection<DesktopSharing> documents = new(store, Definition, s => s.Desktop, Indexes);

    public static CollectionDefinition Definition { get; } = new("sharing", ByOwner, All);

    public Collection<DesktopSharing> Documents => documents;

    /// <summary>The desktops that somebody shares, or everybody's (null), the latest share first. What ended by itself is still among them.</summary>
    public IndexQuery Shared(string? owner) =>
        (owner is null ? documents.Query(All, All) : documents.Query(ByOwner, owner)) with { Descending = true };

    /// <summary>As it is at this moment; version 0 where there is none yet.</summary>
    public async Task<Versioned<DesktopSharing>> ReadAsync(string desktop, CancellationToken cancellationToken) =>
        await documents.GetAsync(desktop, cancellationToken) ?? new Versioned<DesktopSharing>(new DesktopSharing(desktop), 0);

    public DocumentWrite Write(DesktopSharing next, long version) =>
        version == 0 ? documents.Add(next, time.GetUtcNow() + Kept) : documents.Replace(next, version, time.GetUtcNow() + Kept);

    // All that live have one owner, the desktop's; what another one made before is over.
    private static IEnumerable<IndexEntry> Indexes(DesktopSharing sharing)
    {
        if (sharing.Shares.Count == 0)
        {
            return [];
        }

        var last = sharing.Shares[^1];
        var sort = $"{last.CreatedAt.UtcTicks:x16}";
        return [new(ByOwner, last.Owner, sort), new(All, All, sort)];
    }
}
