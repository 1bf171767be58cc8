namespace CloudWorkstation.Manager.Aws.Ec2;

/// <summary>What we ask of EC2 in one region. Every method throws <see cref="Calls.AwsException"/> with the service's code.</summary>
internal interface IEc2
{
    /// <summary>Those that carry the tag, page after page.</summary>
    IAsyncEnumerable<Ec2Instance> InstancesAsync(string tag, string value, CancellationToken cancellationToken);

    /// <summary>Null when there is none of that id.</summary>
    Task<Ec2Instance?> InstanceAsync(string id, CancellationToken cancellationToken);

    Task<InstanceStateChange> StopAsync(string id, CancellationToken cancellationToken);

    Task<InstanceStateChange> StartAsync(string id, CancellationToken cancellationToken);

    Task RebootAsync(string id, CancellationToken cancellationToken);

    Task TerminateAsync(string id, CancellationToken cancellationToken);

    /// <summary>What the machine wrote to its serial console, up to 64 KB; null for nothing yet.</summary>
    Task<string?> ConsoleOutputAsync(string id, CancellationToken cancellationToken);

    /// <summary>Those that carry the tag, page after page.</summary>
    IAsyncEnumerable<Ec2Volume> VolumesAsync(string tag, string value, CancellationToken cancellationToken);

    Task DeleteVolumeAsync(string id, CancellationToken cancellationToken);
}
