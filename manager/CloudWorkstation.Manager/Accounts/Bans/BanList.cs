using System.Net;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts.Bans;

/// <summary>The bans in force, as they were read a few seconds ago at most. Nothing is read while nobody asks.</summary>
internal sealed class BanList(IDocumentStore store, TimeProvider time)
{
    private const string All = "all";
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(3);
    private readonly Collection<Ban> bans = new(store, Definition, b => b.Id, b => [new IndexEntry(All, All, b.Id)]);
    private volatile Known? known;

    public static CollectionDefinition Definition { get; } = new("bans", All);

    public Collection<Ban> Documents => bans;

    public async ValueTask<IReadOnlyList<(Ban Ban, IPNetwork? Network)>> CurrentAsync(CancellationToken cancellationToken)
    {
        if (known is { } last && time.GetElapsedTime(last.ReadAt) < Trusted)
        {
            return last.Bans;
        }

        return (await ReadAsync(cancellationToken)).Bans;
    }

    /// <summary>A change counts at once where it was made, and within <see cref="Trusted"/> elsewhere.</summary>
    public void Add(Ban ban)
    {
        if (known is { } last)
        {
            known = last with { Bans = [Parse(ban), .. last.Bans.Where(b => b.Ban.Id != ban.Id)] };
        }
    }

    public void Remove(string id)
    {
        if (known is { } last)
        {
            known = last with { Bans = [.. last.Bans.Where(b => b.Ban.Id != id)] };
        }
    }

    private async Task<Known> ReadAsync(CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        var now = time.GetUtcNow();
        var query = bans.Query(All, All) with { Descending = true, Limit = StoreLimits.MaximumPageSize };
        var found = await bans.AllAsync(query, cancellationToken).Select(b => b.Value).Where(b => b.ExpiresAt > now).Select(Parse).ToListAsync(cancellationToken);
        return known = new Known(found, at);
    }

    private static (Ban Ban, IPNetwork? Network) Parse(Ban ban) => (ban, ban.Network is null ? null : IPNetwork.Parse(ban.Network));

    private sealed record Known(IReadOnlyList<(Ban Ban, IPNetwork? Network)> Bans, long ReadAt);
}
