namespace CloudWorkstation.Manager.Audit.Export;

/// <summary>A place that the trail is sent to.</summary>
internal interface IAuditSink
{
    string Name { get; }

    bool IsOn(AuditSettings settings);

    /// <summary>Returns when the receiver has them, as far as the protocol tells.</summary>
    Task SendAsync(AuditSettings settings, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken);
}

/// <summary>How far a place has received the trail.</summary>
public sealed record AuditExportState
{
    /// <value><c>syslog</c> or <c>otlp</c>.</value>
    public required string Name { get; init; }

    public bool On { get; init; }

    /// <value>Everything before this moment was sent.</value>
    public DateTimeOffset? Until { get; init; }

    /// <value>Entries sent since it was set up; one may be sent twice.</value>
    public long Sent { get; init; }

    /// <value>Since when nothing gets through; null while it does.</value>
    public DateTimeOffset? FailingSince { get; init; }

    public string? Error { get; init; }
}

public interface IAuditExports
{
    Task<Outcome<IReadOnlyList<AuditExportState>>> ListAsync(Actor actor, CancellationToken cancellationToken);
}
