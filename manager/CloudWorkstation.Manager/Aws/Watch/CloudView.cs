using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Ecs;
using CloudWorkstation.Manager.Aws.Proxies;
using CloudWorkstation.Manager.Desktops;
using TaskStatus = CloudWorkstation.Manager.Aws.Ecs.TaskStatus;

namespace CloudWorkstation.Manager.Aws.Watch;

/// <summary>Everything of this installation that one look at the cloud found.</summary>
internal sealed class CloudView(IReadOnlyDictionary<string, Ec2Instance> instances, IReadOnlyDictionary<string, EcsTask> tasks)
{
    public const string EnvironmentTag = "cws:environment";
    public const string DesktopTag = "cws:desktop";

    public IEnumerable<Ec2Instance> Instances => instances.Values;

    public bool Has(string instance) => instances.ContainsKey(instance);

    public Sighting Of(Machine machine) => Sighting.Of(
        instances.GetValueOrDefault(machine.Instance),
        machine.Service is null ? null : tasks.GetValueOrDefault(Name(machine.Region, machine.Cluster, machine.Service)));

    /// <summary>A thousand machines a call; a hundred tasks a call, and only of clusters that desktops have proxies in.</summary>
    public static async Task<CloudView> LookAsync(IAwsClients clients, string environment, IEnumerable<string> regions, IEnumerable<(string Region, string Cluster)> clusters, CancellationToken cancellationToken)
    {
        var instances = new Dictionary<string, Ec2Instance>(StringComparer.Ordinal);
        foreach (var region in regions)
        {
            await foreach (var instance in clients.Ec2(region).InstancesAsync(EnvironmentTag, environment, cancellationToken))
            {
                instances[instance.Id] = instance;
            }
        }

        var tasks = new Dictionary<string, EcsTask>(StringComparer.Ordinal);
        foreach (var (region, cluster) in clusters)
        {
            var running = await clients.Ecs(region).TasksAsync(cluster, null, TaskStatus.Running, cancellationToken).Where(t => t.Service is not null).ToListAsync(cancellationToken);
            foreach (var service in running.GroupBy(t => t.Service!))
            {
                if (ProxyAddresses.Newest(service) is { } task)
                {
                    tasks[Name(region, cluster, service.Key)] = task;
                }
            }
        }

        return new CloudView(instances, tasks);
    }

    /// <summary>The same view with instances that a list left out and that are there when asked for by id.</summary>
    public async Task<CloudView> ConfirmAsync(IAwsClients clients, IEnumerable<Machine> missing, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, Ec2Instance>(instances, StringComparer.Ordinal);
        foreach (var machine in missing)
        {
            if (await clients.Ec2(machine.Region).InstanceAsync(machine.Instance, cancellationToken) is { } found)
            {
                all[found.Id] = found;
            }
        }

        return new CloudView(all, tasks);
    }

    private static string Name(string region, string? cluster, string service) => $"{region}|{cluster}|{service}";
}
