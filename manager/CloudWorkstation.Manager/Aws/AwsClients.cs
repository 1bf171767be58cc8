using System.Collections.Concurrent;
using Amazon;
using Amazon.S3;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Ecs;
using CloudWorkstation.Manager.Aws.Ssm;
using CloudWorkstation.Manager.Terraform.State;

namespace CloudWorkstation.Manager.Aws;

/// <summary>The clients of each region, made when first asked for.</summary>
internal interface IAwsClients
{
    IEc2 Ec2(string region);

    IEcs Ecs(string region);

    ISsm Ssm(string region);

    IAmazonS3 S3(string region);
}

internal sealed class AwsClients(AwsAccess access) : IAwsClients, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IDisposable>> clients = new(StringComparer.Ordinal);

    public IEc2 Ec2(string region) => Get($"ec2/{region}", () => new Ec2Client(region, access));

    public IEcs Ecs(string region) => Get($"ecs/{region}", () => new EcsClient(region, access));

    public ISsm Ssm(string region) => Get($"ssm/{region}", () => new SsmClient(region, access));

    public IAmazonS3 S3(string region) => Get($"s3/{region}", () => S3Client(region));

    public void Dispose()
    {
        foreach (var client in clients.Values.Where(c => c.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private AmazonS3Client S3Client(string region)
    {
        var configuration = new AmazonS3Config { RegionEndpoint = RegionEndpoint.GetBySystemName(region) };
        if ((access.Endpoint ?? AwsSurroundings.S3Endpoint) is { } endpoint)
        {
            // Host names of buckets are AWS's own.
            configuration.ServiceURL = endpoint;
            configuration.AuthenticationRegion = region;
            configuration.ForcePathStyle = true;
        }

        return access.Credentials is null ? new AmazonS3Client(configuration) : new AmazonS3Client(access.Credentials, configuration);
    }

    private T Get<T>(string name, Func<T> make)
        where T : IDisposable => (T)clients.GetOrAdd(name, _ => new Lazy<IDisposable>(() => make())).Value;
}
