using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CloudWorkstation.Harness;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.State;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Terraform;

/// <summary>A versioned bucket of its own in moto, and what a run needs to keep its state there.</summary>
public sealed class StateBucket : IDisposable
{
    private const string Region = "eu-central-1";
    private readonly MotoServer moto;

    private StateBucket(MotoServer moto, Uri? through)
    {
        this.moto = moto;
        Name = $"state-{Guid.NewGuid():n}";
        Key = $"states/test/{Guid.NewGuid():n}/terraform.tfstate";
        S3 = new AmazonS3Client(new BasicAWSCredentials("test", "test"), new AmazonS3Config
        {
            ServiceURL = moto.Endpoint.AbsoluteUri,
            AuthenticationRegion = Region,
            ForcePathStyle = true,
        });
        Environment = new Dictionary<string, string>(moto.Environment)
        {
            ["AWS_REGION"] = Region,
            ["AWS_ENDPOINT_URL_S3"] = (through ?? moto.Endpoint).AbsoluteUri.TrimEnd('/'),
        };
    }

    public string Name { get; }

    public string Key { get; }

    public IAmazonS3 S3 { get; }

    public Uri Endpoint => moto.Endpoint;

    public Dictionary<string, string> Environment { get; }

    internal StateLocation Location => new(Name, Key, Region, null);

    internal StateObjects Objects => new(S3, Location);

    public static async Task<StateBucket> CreateAsync(SharedMoto moto, Uri? through = null)
    {
        StateBucket bucket = new(await moto.ServerAsync(), through);
        await bucket.S3.PutBucketAsync(new PutBucketRequest { BucketName = bucket.Name, BucketRegionName = Region }, TestContext.Current.CancellationToken);
        await bucket.S3.PutBucketVersioningAsync(
            new() { BucketName = bucket.Name, VersioningConfig = new() { Status = VersionStatus.Enabled } }, TestContext.Current.CancellationToken);
        return bucket;
    }

    /// <summary>The same request on a state in this bucket.</summary>
    public TerraformRequest Hold(TerraformRequest request) => request with { Backend = Location.Backend(onAws: false), Environment = Environment };

    public async Task<string?> ReadAsync(string key) => (await Objects.ReadAsync(key, TestContext.Current.CancellationToken))?.Text;

    public async Task<IReadOnlyList<string>> KeysAsync() =>
        [.. ((await S3.ListObjectsV2Async(new() { BucketName = Name }, TestContext.Current.CancellationToken)).S3Objects ?? []).Select(o => o.Key)];

    /// <summary>Every version of every object that ever was.</summary>
    public async Task<IReadOnlyList<(string Key, string Text)>> VersionsAsync()
    {
        List<(string Key, string Text)> found = [];
        var versions = await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Name }, TestContext.Current.CancellationToken);
        foreach (var version in versions.Versions.Where(version => version.IsDeleteMarker != true))
        {
            using var answer = await S3.GetObjectAsync(
                new GetObjectRequest { BucketName = Name, Key = version.Key, VersionId = version.VersionId }, TestContext.Current.CancellationToken);
            using StreamReader reader = new(answer.ResponseStream, Encoding.UTF8);
            found.Add((version.Key, await reader.ReadToEndAsync(TestContext.Current.CancellationToken)));
        }

        return found;
    }

    public void Dispose() => S3.Dispose();
}
