using System.Runtime.CompilerServices;
using Amazon.S3.Model;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Terraform.State;

namespace CloudWorkstation.Manager.Aws.Orphans;

/// <summary>Terraform states, and locks on them, of desktops that are gone. In a versioned bucket what is removed can be brought back.</summary>
internal sealed class OrphanStates(IAwsClients clients, AwsPlace place, ManagerOptions options) : IOrphanSource
{
    public OrphanKind Kind => OrphanKind.State;

    private string? Region => AwsSurroundings.Region ?? place.Region;

    public async IAsyncEnumerable<Candidate> FindAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.State is not { Kind: StateKind.S3, Bucket: { } bucket } || Region is not { } region)
        {
            yield break;
        }

        var prefix = $"{options.State.Prefix}{options.Environment}/";
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        do
        {
            var page = await TryAsync("ListObjectsV2", () => clients.S3(region).ListObjectsV2Async(request, cancellationToken), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                // <prefix><environment>/<desktop>/terraform.tfstate, and .tflock beside it.
                if (found.Key[prefix.Length..].Split('/') is [var desktop, _])
                {
                    yield return new Candidate(found.Key, desktop, found.LastModified?.ToUniversalTime(), $"Terraform state of {found.Size} bytes");
                }
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken) => TryAsync(
        "DeleteObject",
        () => clients.S3(Region!).DeleteObjectAsync(options.State.Bucket, name, cancellationToken),
        cancellationToken);

    private static async Task<T> TryAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw AwsErrors.Of(AwsService.S3, operation, e);
        }
    }
}
