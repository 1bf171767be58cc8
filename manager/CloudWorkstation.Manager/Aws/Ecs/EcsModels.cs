namespace CloudWorkstation.Manager.Aws.Ecs;

/// <param name="Arn">Of the task.</param>
/// <param name="Service">Name of the service it belongs to; null for one that was run by hand.</param>
/// <param name="LastStatus"><c>PROVISIONING</c>, <c>PENDING</c>, <c>RUNNING</c>, <c>STOPPED</c> …</param>
/// <param name="PrivateAddress">Of its network interface; null before it has one.</param>
/// <param name="StoppedReason">Why it ended, from the task or the container that says more; null while it lives.</param>
/// <param name="StoppedAt">Null while it lives.</param>
/// <param name="StartedAt">When it came to run.</param>
internal sealed record EcsTask(string Arn, string? Service, string LastStatus, string? PrivateAddress, string? StoppedReason, DateTimeOffset? StoppedAt, DateTimeOffset? StartedAt)
{
    public bool IsRunning => LastStatus == "RUNNING";
}

internal sealed record EcsService(string Arn, string Name, string Status, int Desired, int Running, DateTimeOffset? CreatedAt, IReadOnlyDictionary<string, string> Tags);

internal sealed record EcsTaskDefinition(string Arn, DateTimeOffset? RegisteredAt, IReadOnlyDictionary<string, string> Tags);

internal enum TaskStatus
{
    Running,
    Stopped,
}
