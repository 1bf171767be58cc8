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

    /// <value>The session in which it was done, null when there was none.</value>
    public string? SessionId { get; init; }

    public string? Address { get; init; }

    /// <value>What the client called itself; only with sign-ins and refusals.</value>
    public string? UserAgent { get; init; }

    /// <value>Names the request in the router's and the api's log.</value>
    public string? RequestId { get; init; }

    /// <value>One of <see cref="AuditActions"/>.</value>
    public required string Action { get; init; }

    /// <value>Type and id, for example <c>desktop/abc123def456</c>.</value>
    public required string Target { get; init; }

    /// <value>One of <see cref="AuditResults"/>.</value>
    public required string Result { get; init; }

    public string? Detail { get; init; }

    /// <value>What differs afterwards; null where nothing was changed or could not be.</value>
    public AuditChange? Change { get; init; }
}

/// <summary>How it went.</summary>
public static class AuditResults
{
    /// <summary>It was done, or what was asked for was begun.</summary>
    public const string Accepted = "accepted";

    /// <summary>It was not allowed or not possible, and nothing was changed.</summary>
    public const string Refused = "refused";

    /// <summary>What was begun ended well.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>What was begun ended badly.</summary>
    public const string Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Accepted, Refused, Succeeded, Failed];
}

/// <summary>The audit trail. Entries are added; nothing replaces or removes one before its time is over.</summary>
public interface IAuditLog
{
    /// <summary>A write to put into the same commit as the change itself.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="target">Type and id.</param>
    /// <param name="result">One of <see cref="AuditResults"/>.</param>
    /// <param name="detail">What a reader wants to know besides. Never a secret, never what a stranger typed.</param>
    DocumentWrite Entry(Actor actor, string action, string target, string result, string? detail = null);

    /// <summary>As the other, with what the change did to the record.</summary>
    DocumentWrite Entry(Actor actor, string action, string target, string result, AuditChange change, string? detail = null);

    /// <summary>For what has no commit of its own (a refusal).</summary>
    Task RecordAsync(Actor actor, string action, string target, string result, string? detail, CancellationToken cancellationToken);

    /// <summary>For who may read the trail.</summary>
    Task<Outcome<Listing<AuditEntry>>> QueryAsync(Actor actor, AuditFilter filter, CancellationToken cancellationToken);

    /// <summary>Everything that a filter finds, oldest first, whatever its limit; that somebody took it is an entry itself.</summary>
    Task<Outcome<IAsyncEnumerable<AuditEntry>>> ExportAsync(Actor actor, AuditFilter filter, CancellationToken cancellationToken);
}
