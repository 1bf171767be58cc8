using System.Runtime.CompilerServices;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Watch;

namespace CloudWorkstation.Manager.Aws.Orphans;

internal sealed class OrphanInstances(IAwsClients clients, AwsPlace place, ManagerOptions options) : IOrphanSource
{
    public OrphanKind Kind => OrphanKind.Instance;

    public IAsyncEnumerable<Candidate> FindAsync(CancellationToken cancellationToken) => clients.Ec2(place.Region!)
        .InstancesAsync(CloudView.EnvironmentTag, options.Environment, cancellationToken)
        .Where(i => i.State is not (InstanceState.Terminated or InstanceState.ShuttingDown) && Marks.AreOurs(i.Tags, options.Environment))
        .Select(i => new Candidate(i.Id, i.Tags[CloudView.DesktopTag], i.LaunchedAt, $"Instance, {i.State.ToString().ToLowerInvariant()}"));

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => clients.Ec2(place.Region!).TerminateAsync(name, cancellationToken);
}

internal sealed class OrphanVolumes(IAwsClients clients, AwsPlace place, ManagerOptions options) : IOrphanSource
{
    public OrphanKind Kind => OrphanKind.Volume;

    // One that is attached goes with its instance.
    public IAsyncEnumerable<Candidate> FindAsync(CancellationToken cancellationToken) => clients.Ec2(place.Region!)
        .VolumesAsync(CloudView.EnvironmentTag, options.Environment, cancellationToken)
        .Where(v => v.State == "available" && Marks.AreOurs(v.Tags, options.Environment))
        .Select(v => new Candidate(v.Id, v.Tags[CloudView.DesktopTag], v.CreatedAt, $"Volume of {v.SizeGigabytes} GB"));

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => clients.Ec2(place.Region!).DeleteVolumeAsync(name, cancellationToken);
}

internal sealed class OrphanServices(IAwsClients clients, AwsPlace place, ManagerOptions options) : IOrphanSource
{
    public OrphanKind Kind => OrphanKind.Service;

    public IAsyncEnumerable<Candidate> FindAsync(CancellationToken cancellationToken) => place.Cluster is not { } cluster ? AsyncEnumerable.Empty<Candidate>() : clients.Ecs(place.Region!)
        .ServicesAsync(cluster, cancellationToken)
        .Where(s => s.Status == "ACTIVE" && Marks.AreOurs(s.Tags, options.Environment))
        .Select(s => new Candidate(s.Name, s.Tags[CloudView.DesktopTag], s.CreatedAt, $"ECS service, {s.Running} of {s.Desired} tasks"));

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => clients.Ecs(place.Region!).DeleteServiceAsync(place.Cluster!, name, cancellationToken);
}

internal sealed class OrphanTaskDefinitions(IAwsClients clients, AwsPlace place, ManagerOptions options) : IOrphanSource
{
    public OrphanKind Kind => OrphanKind.TaskDefinition;

    public IAsyncEnumerable<Candidate> FindAsync(CancellationToken cancellationToken) => clients.Ecs(place.Region!)
        .TaskDefinitionsAsync($"cws-{options.Environment}-", cancellationToken)
        .Where(d => Marks.AreOurs(d.Tags, options.Environment))
        .Select(d => new Candidate(d.Arn, d.Tags[CloudView.DesktopTag], d.RegisteredAt, "ECS task definition"));

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => clients.Ecs(place.Region!).DeregisterTaskDefinitionAsync(name, cancellationToken);
}

internal sealed class OrphanParameters(IAwsClients clients, AwsPlace place) : IOrphanSource
{
    public OrphanKind Kind => OrphanKind.Parameter;

    public async IAsyncEnumerable<Candidate> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (place.SecretPrefix is not { } prefix)
        {
            yield break;
        }

        await foreach (var parameter in clients.Ssm(place.Region!).ParametersAsync(prefix, cancellationToken))
        {
            // <prefix>/<desktop>/vnc: anything else below the prefix is not ours to judge.
            var parts = parameter.Name[prefix.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 2)
            {
                yield return new Candidate(parameter.Name, parts[0], parameter.ModifiedAt, "Secret parameter");
            }
        }
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => clients.Ssm(place.Region!).DeleteParameterAsync(name, cancellationToken);
}

internal static class Marks
{
    /// <summary>Of this installation, and made for a desktop.</summary>
    public static bool AreOurs(IReadOnlyDictionary<string, string> tags, string environment) =>
        tags.GetValueOrDefault(CloudView.EnvironmentTag) == environment && tags.ContainsKey(CloudView.DesktopTag);
}
