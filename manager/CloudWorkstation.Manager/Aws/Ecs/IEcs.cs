namespace CloudWorkstation.Manager.Aws.Ecs;

/// <summary>What we ask of ECS in one region. Every method throws <see cref="Calls.AwsException"/> with the service's code.</summary>
internal interface IEcs
{
    /// <summary>Tasks of a service, or of the whole cluster where it is null.</summary>
    /// <param name="cluster">Name or ARN.</param>
    /// <param name="service">Name.</param>
    /// <param name="status">Wanted ones, or those that ended within the last hour.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<EcsTask> TasksAsync(string cluster, string? service, TaskStatus status, CancellationToken cancellationToken);

    /// <summary>Every service of the cluster with its tags.</summary>
    IAsyncEnumerable<EcsService> ServicesAsync(string cluster, CancellationToken cancellationToken);

    /// <summary>Scales it to nothing and deletes it.</summary>
    Task DeleteServiceAsync(string cluster, string service, CancellationToken cancellationToken);

    /// <summary>The active ones of each family whose name begins so, with their tags.</summary>
    IAsyncEnumerable<EcsTaskDefinition> TaskDefinitionsAsync(string familyPrefix, CancellationToken cancellationToken);

    Task DeregisterTaskDefinitionAsync(string arn, CancellationToken cancellationToken);
}
