namespace CloudWorkstation.Manager.Aws.Orphans;

/// <summary>What may be left in the account, in the order in which it is removed.</summary>
public enum OrphanKind
{
    Service,
    TaskDefinition,
    Instance,
    Volume,
    Parameter,

    /// <summary>A Terraform state in the bucket; earlier versions of it stay.</summary>
    State,
}

/// <summary>Something that carries this installation's mark and belongs to no desktop that the store knows.</summary>
/// <param name="Id">Kind and name, for example <c>instance/i-0abc</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Desktop">The desktop it was made for: what names none is the platform's own, or nobody's of ours.</param>
/// <param name="CreatedAt">At least 15 minutes ago.</param>
/// <param name="Detail">For a person.</param>
public sealed record Orphan(string Id, OrphanKind Kind, string Desktop, DateTimeOffset CreatedAt, string Detail);

/// <param name="Id">The orphan.</param>
/// <param name="Removed">Whether the cloud accepted its removal.</param>
/// <param name="Problem">Why not; null when it was removed.</param>
public sealed record OrphanRemoval(string Id, bool Removed, string? Problem);

/// <summary>Finds, and on demand removes, what the store does not know. For who may manage the platform.</summary>
public interface IOrphanSweep
{
    /// <summary>A dry run: nothing is changed.</summary>
    Task<Outcome<IReadOnlyList<Orphan>>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Removes those of <paramref name="ids"/> that are still orphans at this moment; each removal is audited.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="ids">From the list.</param>
    /// <param name="confirm">How many they are, said once more.</param>
    /// <param name="cancellationToken">Ends the sweep between two removals.</param>
    Task<Outcome<IReadOnlyList<OrphanRemoval>>> RemoveAsync(Actor actor, IReadOnlyList<string> ids, int confirm, CancellationToken cancellationToken);
}

/// <summary>One kind of thing in the account.</summary>
internal interface IOrphanSource
{
    OrphanKind Kind { get; }

    /// <summary>Everything that carries the installation's mark, known or not.</summary>
    IAsyncEnumerable<Candidate> FindAsync(CancellationToken cancellationToken);

    Task RemoveAsync(string name, CancellationToken cancellationToken);
}

/// <param name="Name">What the service calls it.</param>
/// <param name="Desktop">From its mark.</param>
/// <param name="CreatedAt">Null where the service does not say: then it counts from when it was first seen.</param>
/// <param name="Detail">For a person.</param>
internal sealed record Candidate(string Name, string Desktop, DateTimeOffset? CreatedAt, string Detail);
