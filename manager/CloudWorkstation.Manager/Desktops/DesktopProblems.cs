namespace CloudWorkstation.Manager.Desktops;

/// <summary>The refusals that several places give in the same words.</summary>
internal static class DesktopProblems
{
    public static Problem Stale { get; } =
        new(ProblemKind.Stale, "stale", "The desktop has changed since you read it. Read it again, then decide.");

    public static Problem Busy { get; } =
        new(ProblemKind.Conflict, "conflict", "The desktop is changing too quickly. Try again.");

    public static Problem OperationInProgress(string operation) =>
        new(ProblemKind.Conflict, "operation_in_progress", "Another operation of this desktop is under way. Wait for it, or cancel it.")
        {
            Extensions = new Dictionary<string, string> { ["operation"] = operation },
        };

    public static Problem NotRunning(DesktopStatus status) =>
        new(ProblemKind.Conflict, "desktop_not_running", $"The desktop is {status.ToString().ToLowerInvariant()}. Start it first.");
}
