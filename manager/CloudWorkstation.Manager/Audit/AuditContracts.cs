using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Audit;

/// <summary>Who did what to what, from where, with what result.</summary>
public sealed record AuditEntry
{
    /// <value>Sorts by time.</value>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string ActorId { get; init; }

    public required string ActorName { get; init; }

    public string? Address { get; init; }

    /// <value>For example <c>desktop.create</c>, <c>session.sign-in</c>.</value>
    public required string Action { get; init; }

    /// <value>Type and id, for example <c>desktop/abc123def456</c>.</value>
    public required string Target { get; init; }

    /// <value><c>accepted</c>, <c>refused</c>, <c>failed</c>.</value>
    public required string Result { get; init; }

    public string? Detail { get; init; }
}

/// <summary>Which entries to read, newest first; with nothing set, today's.</summary>
public sealed record AuditFilter
{
    public DateOnly? Day { get; init; }

    /// <value>Account id.</value>
    public string? ActorId { get; init; }

    /// <value>Type and id, for example <c>desktop/abc123def456</c>.</value>
    public string? Target { get; init; }

    public int Limit { get; init; } = 50;

    public string? Cursor { get; init; }
}

/// <summary>The audit trail.</summary>
public interface IAuditLog
{
    /// <summary>A write to put into the same commit as the change itself.</summary>
    DocumentWrite Entry(Actor actor, string action, string target, string result, string? detail = null);

    /// <summary>For what has no commit of its own (a refusal).</summary>
    Task RecordAsync(Actor actor, string action, string target, string result, string? detail, CancellationToken cancellationToken);

    /// <summary>For admins.</summary>
    Task<Outcome<Listing<AuditEntry>>> QueryAsync(Actor actor, AuditFilter filter, CancellationToken cancellationToken);
}
