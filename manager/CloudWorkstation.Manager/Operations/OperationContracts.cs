using System.Text.Json;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Operations;

public enum OperationKind
{
    Create,
    Start,
    Stop,
    Update,
    Delete,

    /// <summary>Applies again what the desktop should be, after its processes or machine were found gone.</summary>
    Repair,
}

public enum OperationState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>The closed set of reasons an operation fails for.</summary>
public enum FailureKind
{
    Template,
    Parameter,
    Capacity,
    Quota,
    Credentials,
    Throttled,
    Network,
    Timeout,
    Cancelled,
    Locked,
    Internal,
}

/// <summary>Why something failed and what can be done about it.</summary>
/// <param name="Kind">One of the closed set.</param>
/// <param name="Message">A sentence an employee understands.</param>
/// <param name="Fix">What to do, and who can do it.</param>
/// <param name="Diagnostics">For an engineer; redacted.</param>
/// <param name="Operation">The operation that failed.</param>
/// <param name="At">When.</param>
public sealed record Failure(
    FailureKind Kind,
    string Message,
    string Fix,
    IReadOnlyList<TerraformDiagnostic> Diagnostics,
    string Operation,
    DateTimeOffset At);

/// <summary>One resource as the progress view shows it.</summary>
public sealed record ResourceProgress(string Address, string Action, ResourceState State, double ElapsedSeconds)
{
    /// <value>When work on it began; null while it waits for its turn.</value>
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>One step of the timeline from the request to the reachable screen.</summary>
/// <param name="Name"><c>earlier</c> (attempts before this one), <c>queue</c>, <c>power</c>, <c>workspace</c>, <c>init</c>, <c>apply</c>, <c>destroy</c>, <c>proxy</c>, <c>boot</c>, <c>readiness</c>, <c>route</c>.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">Null while it goes on.</param>
public sealed record TimelineStep(string Name, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <summary>What a running operation is doing now.</summary>
public sealed record OperationProgress
{
    public static OperationProgress None { get; } = new();

    /// <value>A phrase for a person, for example "Building terraform_data.session".</value>
    public string Message { get; init; } = "Waiting for a free worker";

    public int Total { get; init; }

    public int Done { get; init; }

    public IReadOnlyList<ResourceProgress> Resources { get; init; } = [];

    public IReadOnlyList<TimelineStep> Timeline { get; init; } = [];
}

/// <summary>What a desktop was before an operation was accepted: an operation that is cancelled before it began leaves it so.</summary>
public sealed record DesktopBefore(
    DesktopStatus Status,
    Power Power,
    string TemplateVersion,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    Failure? Failure);

/// <summary>A change of a desktop: stored, queued, executed, explained.</summary>
public sealed record Operation
{
    /// <value>26 characters, sorts by time of creation.</value>
    public required string Id { get; init; }

    public required string Desktop { get; init; }

    public required string DesktopName { get; init; }

    public required string Owner { get; init; }

    public required string Template { get; init; }

    public required OperationKind Kind { get; init; }

    public required OperationState State { get; init; }

    /// <value>The fencing token: raised each time a worker takes the operation up; 0 while it was never taken.</value>
    public int Attempt { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <value>A running attempt whose lease has passed may be taken over.</value>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <value>When a failed attempt that will be retried is due.</value>
    public DateTimeOffset? NextAttemptAt { get; init; }

    public bool CancelRequested { get; init; }

    public string? Worker { get; init; }

    public OperationProgress Progress { get; init; } = OperationProgress.None;

    public Failure? Failure { get; init; }

    /// <value>How many log lines there are; the last line's sequence number.</value>
    public long LogLength { get; init; }

    /// <value>Null for the creation: there was nothing before.</value>
    public DesktopBefore? Before { get; init; }

    /// <value>Attempts that failed for a reason that passes by itself; a take-over after a crash is not one.</value>
    public int Failures { get; init; }

    /// <value>Raised by every write of an attempt: tells whether a commit whose answer was lost was done.</value>
    public long Writes { get; init; }

    public bool IsActive => State is OperationState.Queued or OperationState.Running;
}

/// <summary>A line of an operation's log.</summary>
/// <param name="Sequence">1-based, without gaps.</param>
/// <param name="At">UTC.</param>
/// <param name="Level"><c>info</c>, <c>warn</c>, <c>error</c>.</param>
/// <param name="Text">Redacted, at most 4,096 characters.</param>
public sealed record LogLine(long Sequence, DateTimeOffset At, string Level, string Text);

/// <summary>What a person may see and do with operations. Ownership is part of every query.</summary>
public interface IOperationService
{
    Task<Outcome<Operation>> GetAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>By desktop (newest first), or by state (admins: everyone's; others: their own).</summary>
    Task<Outcome<Listing<Operation>>> ListAsync(Actor actor, OperationFilter filter, CancellationToken cancellationToken);

    /// <summary>Lines with a sequence number above <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    Task<Outcome<IReadOnlyList<LogLine>>> LogAsync(Actor actor, string id, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Asks a queued or running operation to end. Done when the operation's state says so.</summary>
    Task<Outcome<Operation>> CancelAsync(Actor actor, string id, CancellationToken cancellationToken);

    /// <summary>Starts a new operation of the same kind for a desktop whose last one failed or was cancelled.</summary>
    Task<Outcome<Operation>> RetryAsync(Actor actor, string id, CancellationToken cancellationToken);
}

public sealed record OperationFilter(string? Desktop, OperationState? State, int Limit, string? Cursor)
{
    public OperationKind? Kind { get; init; }

    /// <value>Template name.</value>
    public string? Template { get; init; }

    /// <value>User name or account id of the desktop's owner; only one's own for those who do not see everyone's.</value>
    public string? Owner { get; init; }
}

/// <summary>One page for a caller; <see cref="Cursor"/> is bound to the query it came from.</summary>
public sealed record Listing<T>(IReadOnlyList<T> Items, string? Cursor);
