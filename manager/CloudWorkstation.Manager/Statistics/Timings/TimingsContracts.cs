using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Statistics.Timings;

/// <summary>What half of the starts stayed within, and what nine of ten did.</summary>
public sealed record TimingPercentiles(int P50Milliseconds, int P90Milliseconds);

/// <param name="Name">As in a timeline; <c>connect</c> and <c>frame</c> are of the first look at the screen.</param>
/// <param name="Count">How many starts had it.</param>
/// <param name="P50Milliseconds">Half of them stayed within.</param>
/// <param name="P90Milliseconds">Nine of ten stayed within.</param>
public sealed record PhaseTiming(string Name, int Count, int P50Milliseconds, int P90Milliseconds);

/// <summary>Starts of one kind, of one version or of all.</summary>
/// <param name="Kind">Create, start, repair, or an update of one that runs.</param>
/// <param name="Version">The beginning of the version's name; null for all versions.</param>
/// <param name="Starts">How many are counted.</param>
/// <param name="From">When the oldest of them was over.</param>
/// <param name="To">When the newest of them was over.</param>
/// <param name="Total">From the request to the screen that answers.</param>
/// <param name="Phases">In the order in which they come.</param>
public sealed record TimingGroup(OperationKind Kind, string? Version, int Starts, DateTimeOffset From, DateTimeOffset To, TimingPercentiles Total, IReadOnlyList<PhaseTiming> Phases);

/// <summary>How long the latest starts of a template's desktops took.</summary>
/// <param name="Template">Its name.</param>
/// <param name="Kept">At most so many starts of a kind are counted.</param>
/// <param name="Items">By kind, all versions first; none where nothing was started yet.</param>
public sealed record TemplateTimings(string Template, int Kept, IReadOnlyList<TimingGroup> Items);

/// <summary>How long a start may yet take, from the latest starts of the same kind.</summary>
/// <param name="TypicalSeconds">Half of them stayed within; null where there were none.</param>
/// <param name="RemainingSeconds">From now on; null where nobody knows.</param>
/// <param name="Overdue">The step that goes on has already taken longer than in any of them.</param>
/// <param name="Basis"><c>version</c>: starts of the same template version; <c>template</c>: of any version; <c>none</c>.</param>
/// <param name="Starts">How many of them there were.</param>
public sealed record StartEstimate(double? TypicalSeconds, double? RemainingSeconds, bool Overdue, string Basis, int Starts);

/// <summary>How long starts take, for those who look after templates.</summary>
public interface ITimingsService
{
    Task<Outcome<TemplateTimings>> ReadAsync(Actor actor, string template, CancellationToken cancellationToken);
}
