namespace CloudWorkstation.Manager.Operations;

/// <summary>An operation as clients see it, in answers and in events alike.</summary>
public sealed record OperationModel
{
    public required string Id { get; init; }

    public required string Desktop { get; init; }

    public required string DesktopName { get; init; }

    /// <value>Account id.</value>
    public required string Owner { get; init; }

    public required string Template { get; init; }

    public required OperationKind Kind { get; init; }

    public required OperationState State { get; init; }

    public required int Attempt { get; init; }

    /// <value>User name.</value>
    public required string RequestedBy { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public required bool CancelRequested { get; init; }

    public required OperationProgress Progress { get; init; }

    public Failure? Failure { get; init; }

    public required long LogLength { get; init; }

    public static OperationModel Of(Operation operation) => new()
    {
        Id = operation.Id,
        Desktop = operation.Desktop,
        DesktopName = operation.DesktopName,
        Owner = operation.Owner,
        Template = operation.Template,
        Kind = operation.Kind,
        State = operation.State,
        Attempt = operation.Attempt,
        RequestedBy = operation.RequestedBy,
        QueuedAt = operation.QueuedAt,
        StartedAt = operation.StartedAt,
        FinishedAt = operation.FinishedAt,
        NextAttemptAt = operation.NextAttemptAt,
        CancelRequested = operation.CancelRequested,
        Progress = operation.Progress,
        Failure = operation.Failure,
        LogLength = operation.LogLength,
    };
}
