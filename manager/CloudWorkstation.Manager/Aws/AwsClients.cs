using System.Collections.Concurrent;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Ecs;
using CloudWorkstation.Manager.Aws.Ssm;

namespace CloudWorkstation.Manager.Aws;

/// <summary>The clients of each region, made when first asked for.</summary>
internal interface IAwsClients
{
    IEc2 Ec2(string region);

    IEcs Ecs(string region);

    ISsm Ssm(string region);
}

internal sealed class AwsClients(AwsAccess access) : IAwsClients, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IDisposable>> clients = new(StringComparer.Ordinal);

    public IEc2 Ec2(string region) => Get($"ec2/{region}", () => new Ec2Client(region, access));

    public IEcs Ecs(string region) => Get($"ecs/{region}", () => new EcsClient(region, access));

    public ISsm Ssm(string region) => Get($"ssm/{region}", () => new SsmClient(region, access));

    public void Dispose()
    {
        foreach (var client in clients.Values.Where(c => c.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private T Get<T>(string name, Func<T> make)
        where T : IDisposable => (T)clients.GetOrAdd(name, _ => new Lazy<IDisposable>(() => make())).Value;
}
