namespace CloudWorkstation.Manager.Aws.Ec2;

internal enum InstanceState
{
    Pending,
    Running,
    Stopping,
    Stopped,
    ShuttingDown,
    Terminated,

    /// <summary>One that did not exist when this was written.</summary>
    Other,
}

/// <param name="Id">Instance id.</param>
/// <param name="State">As EC2 says.</param>
/// <param name="PrivateAddress">Null once it is terminated.</param>
/// <param name="StateReason">Code and sentence of the last change, for example <c>Server.InsufficientInstanceCapacity</c>; null for none.</param>
/// <param name="LaunchedAt">Of its last start.</param>
/// <param name="Tags">All of them.</param>
internal sealed record Ec2Instance(
    string Id,
    InstanceState State,
    string? PrivateAddress,
    StateReason? StateReason,
    DateTimeOffset? LaunchedAt,
    IReadOnlyDictionary<string, string> Tags);

internal sealed record StateReason(string Code, string Message);

internal sealed record Ec2Volume(string Id, string State, int SizeGigabytes, DateTimeOffset? CreatedAt, string? Instance, IReadOnlyDictionary<string, string> Tags);

/// <summary>What a power call answers at once.</summary>
internal sealed record InstanceStateChange(string Id, InstanceState Before, InstanceState Now);
