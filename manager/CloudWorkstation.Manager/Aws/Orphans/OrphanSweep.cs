using System.Collections.Concurrent;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Aws.Orphans;

internal sealed class OrphanSweep(
    IEnumerable<IOrphanSource> sources,
    DesktopDocuments desktops,
    IAuditLog audit,
    AwsPlace place,
    OrphanOrders orders,
    ManagerOptions options,
    TimeProvider time) : IOrphanSweep
{
    /// <value>What is younger may belong to a desktop that is just being built.</value>
    public static readonly TimeSpan Youngest = TimeSpan.FromMinutes(15);

    private const int MostAtOnce = 500;

    // Of what a service does not date, when this process first saw it.
    private readonly ConcurrentDictionary<string, DateTimeOffset> firstSeen = new(StringComparer.Ordinal);

    public async Task<Outcome<IReadOnlyList<Orphan>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (Refuse(actor) is { } refusal)
        {
            return refusal;
        }

        try
        {
            return Outcome<IReadOnlyList<Orphan>>.From(await FindAsync(cancellationToken));
        }
        catch (AwsException e)
        {
            return Refused(e);
        }
    }

    public async Task<Outcome<IReadOnlyList<OrphanRemoval>>> RemoveAsync(Actor actor, IReadOnlyList<string> ids, int confirm, CancellationToken cancellationToken)
    {
        if (Refuse(actor) is { } refusal)
        {
            return refusal;
        }

        if (ids.Count is 0 or > MostAtOnce || ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
        {
            return Problem.Invalid(new FieldError("ids", $"Name 1 to {MostAtOnce} orphans, each once."));
        }

        if (confirm != ids.Count)
        {
            return Problem.Invalid(new FieldError("confirm", $"You named {ids.Count} orphans: confirm with that number."));
        }

        try
        {
            return Outcome<IReadOnlyList<OrphanRemoval>>.From(options.Jobs.Host
                ? await RemoveNowAsync(actor, ids, cancellationToken)
                : await orders.PlaceAsync(actor, ids, cancellationToken));
        }
        catch (AwsException e)
        {
            return Refused(e);
        }
    }

    /// <summary>Reads again: since the list was shown, one of them may have become somebody's.</summary>
    public async Task<IReadOnlyList<OrphanRemoval>> RemoveNowAsync(Actor actor, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = (await FindAsync(cancellationToken)).ToDictionary(o => o.Id, StringComparer.Ordinal);
        var results = new List<OrphanRemoval>();
        foreach (var id in ids.OrderBy(i => found.TryGetValue(i, out var orphan) ? orphan.Kind : OrphanKind.State))
        {
            results.Add(await RemoveAsync(actor, id, found.GetValueOrDefault(id), cancellationToken));
        }

        return results;
    }

    /// <summary>For the daily report.</summary>
    public async Task<List<Orphan>> FindAsync(CancellationToken cancellationToken)
    {
        if (place.Region is null)
        {
            return [];
        }

        // What is marked is read first: a desktop stored after that is known, and one stored before it is too.
        var candidates = new List<(OrphanKind Kind, Candidate Candidate)>();
        foreach (var source in sources.OrderBy(s => s.Kind))
        {
            candidates.AddRange(await source.FindAsync(cancellationToken).Select(c => (source.Kind, c)).ToListAsync(cancellationToken));
        }

        var old = time.GetUtcNow() - Youngest;
        var known = await KnownAsync(cancellationToken);
        var orphans = new List<Orphan>();
        foreach (var (kind, candidate) in candidates.Where(c => !known.Contains(c.Candidate.Desktop)))
        {
            var created = candidate.CreatedAt ?? firstSeen.GetOrAdd(Id(kind, candidate.Name), time.GetUtcNow());

            // The list of desktops may lag behind; the desktop itself does not.
            if (created <= old && (!DesktopSecrets.IsId(candidate.Desktop) || await desktops.Desktops.GetAsync(candidate.Desktop, cancellationToken) is null))
            {
                orphans.Add(new Orphan(Id(kind, candidate.Name), kind, candidate.Desktop, created, candidate.Detail));
            }
        }

        return orphans;
    }

    private static string Id(OrphanKind kind, string name) => $"{char.ToLowerInvariant(kind.ToString()[0])}{kind.ToString()[1..]}/{name}";

    private static Problem Refused(AwsException e) => new(ProblemKind.Unavailable, "cloud_refused", $"{AwsFaults.Cause(e).Message} ({e.Service} {e.Operation}: {e.Code})");

    private static Problem? Refuse(Actor actor) => actor.May(Permissions.PlatformManage) ? null : new Problem(ProblemKind.Forbidden, "forbidden", "Only who manages the platform looks for orphans.");

    private async Task<OrphanRemoval> RemoveAsync(Actor actor, string id, Orphan? orphan, CancellationToken cancellationToken)
    {
        if (orphan is null)
        {
            return new OrphanRemoval(id, false, "It is no orphan any more.");
        }

        var name = id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..];
        try
        {
            await sources.Single(s => s.Kind == orphan.Kind).RemoveAsync(name, cancellationToken);
        }
        catch (AwsException e)
        {
            await audit.RecordAsync(actor, AuditActions.OrphanRemove, $"orphan/{id}", AuditResults.Failed, e.Code, cancellationToken);
            return new OrphanRemoval(id, false, $"{e.Code}: {e.Explanation}");
        }

        await audit.RecordAsync(actor, AuditActions.OrphanRemove, $"orphan/{id}", AuditResults.Accepted, orphan.Desktop, cancellationToken);
        return new OrphanRemoval(id, true, null);
    }

    private async Task<HashSet<string>> KnownAsync(CancellationToken cancellationToken)
    {
        var query = desktops.Desktops.Query(DesktopDocuments.All, DesktopDocuments.Everything) with { Limit = StoreLimits.MaximumPageSize };
        return await desktops.Desktops.AllAsync(query, cancellationToken).Select(d => d.Value.Id).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
    }
}
