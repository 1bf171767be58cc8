namespace CloudWorkstation.Manager.Operations;

/// <summary>The operation's own state machine, pure: queued → running → succeeded, failed, cancelled; running → queued to try again.</summary>
internal static class AttemptRules
{
    /// <value>A worker that dies every time it takes the operation up must not do so for ever.</value>
    public const int MostTakeOvers = 20;

    /// <summary>Whether a worker may take the operation up now: due and queued, or left behind by a worker that fell silent.</summary>
    public static bool MayClaim(Operation operation, DateTimeOffset now, bool ownerIsDead) => operation.State switch
    {
        OperationState.Queued => operation.NextAttemptAt is null || operation.NextAttemptAt <= now,
        OperationState.Running => ownerIsDead || operation.LeaseUntil is null || operation.LeaseUntil < now,
        _ => false,
    };

    public static Operation Claim(Operation operation, string worker, DateTimeOffset now, TimeSpan lease) => operation with
    {
        State = OperationState.Running,
        Attempt = operation.Attempt + 1,
        Worker = worker,
        StartedAt = operation.StartedAt ?? now,
        LeaseUntil = now + lease,
        NextAttemptAt = null,
        Failure = null,
        Writes = operation.Writes + 1,
        Progress = new OperationProgress
        {
            Message = "Getting ready",
            Timeline = Waited(operation, now),
        },
    };

    // What earlier attempts took is one step: what they did is in the log.
    private static IReadOnlyList<TimelineStep> Waited(Operation operation, DateTimeOffset now)
    {
        var due = operation.Attempt == 0 ? operation.QueuedAt : operation.NextAttemptAt ?? operation.LeaseUntil ?? now;
        due = due > now ? now : due;
        return operation.Attempt == 0
            ? [new TimelineStep("queue", due, now)]
            : [new TimelineStep("earlier", operation.QueuedAt, due), new TimelineStep("queue", due, now)];
    }

    /// <summary>Back into the queue, as if it had not been taken up: the worker stops, the next one goes on.</summary>
    public static Operation HandBack(Operation operation) => operation with
    {
        State = OperationState.Queued,
        LeaseUntil = null,
        Worker = null,
        NextAttemptAt = null,
        Progress = operation.Progress with { Message = OperationProgress.None.Message },
    };

    public static Operation TryLater(Operation operation, Failure failure, DateTimeOffset at) => HandBack(operation) with
    {
        Failures = operation.Failures + 1,
        NextAttemptAt = at,
        Failure = failure,
        Progress = operation.Progress with { Message = $"Trying again: {failure.Message}" },
    };

    public static Operation Succeed(Operation operation, DateTimeOffset now) => End(operation, OperationState.Succeeded, now, "Done");

    public static Operation Fail(Operation operation, Failure failure, DateTimeOffset now)
    {
        var state = failure.Kind == FailureKind.Cancelled ? OperationState.Cancelled : OperationState.Failed;
        return End(operation, state, now, failure.Message) with { Failure = failure };
    }

    /// <summary>Doubles with each failure, plus or minus a quarter so that many do not come back at once.</summary>
    public static TimeSpan Delay(TimeSpan first, int failures, double random) => first * Math.Pow(2, failures) * (0.75 + random / 2);

    private static Operation End(Operation operation, OperationState state, DateTimeOffset now, string message) => operation with
    {
        State = state,
        FinishedAt = now,
        LeaseUntil = null,
        NextAttemptAt = null,
        Progress = operation.Progress with
        {
            Message = message,
            Timeline = [.. operation.Progress.Timeline.Select(t => t.FinishedAt is null ? t with { FinishedAt = now } : t)],
        },
    };
}
