using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Statistics.Timings;

namespace CloudWorkstation.Manager.Desktops.Timeline;

public enum PhaseState
{
    Running,
    Done,

    /// <summary>The operation ended here, and not well.</summary>
    Failed,
}

/// <summary>One resource of a phase; several may run beside each other.</summary>
/// <param name="Address">Terraform's resource address.</param>
/// <param name="Action"><c>create</c>, <c>update</c>, <c>delete</c>, <c>replace</c>, <c>read</c>.</param>
/// <param name="State">As last reported.</param>
/// <param name="StartMilliseconds">From the request; null for one whose turn has not come.</param>
/// <param name="Milliseconds">How long it took, or has taken so far.</param>
public sealed record TimelineResource(string Address, string Action, Terraform.ResourceState State, long? StartMilliseconds, long Milliseconds);

/// <summary>One stretch of the way from the click to the pixels.</summary>
/// <param name="Name">
/// <c>earlier</c>, <c>queue</c>, <c>power</c>, <c>workspace</c>, <c>init</c>, <c>apply</c>, <c>destroy</c>, <c>proxy</c>, <c>boot</c>, <c>readiness</c>, <c>route</c>;
/// after the operation <c>unattended</c> (nobody asked for the screen yet), <c>connect</c>, <c>frame</c>.
/// </param>
/// <param name="StartMilliseconds">From the request.</param>
/// <param name="Milliseconds">How long it took, or has taken so far.</param>
/// <param name="State">Whether it goes on.</param>
public sealed record TimelinePhase(string Name, long StartMilliseconds, long Milliseconds, PhaseState State)
{
    public IReadOnlyList<TimelineResource> Resources { get; init; } = [];
}

/// <summary>From the click to the pixels. All times are milliseconds since the request was accepted.</summary>
public sealed record StartTimeline
{
    public required string Operation { get; init; }

    public required string Desktop { get; init; }

    public required OperationKind Kind { get; init; }

    public required OperationState State { get; init; }

    public required string Template { get; init; }

    /// <value>Zero of all times.</value>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <value>Until now, or until it was over.</value>
    public required long ElapsedMilliseconds { get; init; }

    public required IReadOnlyList<TimelinePhase> Phases { get; init; }

    /// <value>When the screen answered; null before, and for an operation after which none must.</value>
    public long? ReadyMilliseconds { get; init; }

    /// <value>When somebody saw the screen; null as long as nobody has.</value>
    public long? FirstFrameMilliseconds { get; init; }

    /// <value>How long the screen was ready and nobody asked for it; not the product's time.</value>
    public long? UnattendedMilliseconds { get; init; }

    /// <value>While a start or an update is under way.</value>
    public StartEstimate? Estimate { get; init; }
}

/// <summary>How starts went, for those who may see the desktop.</summary>
public interface ITimelineService
{
    /// <summary>Of one operation, whatever its kind.</summary>
    Task<Outcome<StartTimeline>> OfOperationAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Of the latest start of a desktop.</summary>
    Task<Outcome<StartTimeline>> OfDesktopAsync(Actor actor, string id, CancellationToken cancellationToken);
}
