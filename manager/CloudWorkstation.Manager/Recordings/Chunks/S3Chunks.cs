using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace CloudWorkstation.Manager.Recordings.Chunks;

/// <summary>Chunks as objects of a bucket: <c>PREFIX/ID/00000000</c>, encrypted by S3 once more, each written once.</summary>
internal sealed class S3Chunks(IAmazonS3 s3, RecordingOptions options) : IChunkStore
{
    private const int DeletedAtOnce = 1000;
    private readonly string bucket = options.Bucket!;

    public string Name => "s3";

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = options.Prefix + "/", MaxKeys = 1 }, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is AmazonS3Exception or Amazon.Runtime.AmazonClientException or HttpRequestException)
        {
            return "their bucket does not answer.";
        }
    }

    public async Task<bool> WriteAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(chunk.ToArray(), writable: false);
        var request = new PutObjectRequest { BucketName = bucket, Key = KeyOf(recording, number), InputStream = content, ContentType = "application/octet-stream", IfNoneMatch = "*" };
        request.ServerSideEncryptionMethod = options.KmsKey is null ? ServerSideEncryptionMethod.AES256 : ServerSideEncryptionMethod.AWSKMS;
        request.ServerSideEncryptionKeyManagementServiceKeyId = options.KmsKey;
        try
        {
            await s3.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return await ReadAsync(recording, number, int.MaxValue, cancellationToken) is { } there && there.AsSpan().SequenceEqual(chunk.Span);
        }
    }

    public async Task<byte[]?> ReadAsync(string recording, uint number, int most, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectRequest { BucketName = bucket, Key = KeyOf(recording, number), ByteRange = most == int.MaxValue ? null : new ByteRange(0, most - 1) };
            using var answer = await s3.GetObjectAsync(request, cancellationToken);
            using var content = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(content, cancellationToken);
            return content.ToArray();
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<StoredChunks> LookAsync(string recording, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0u, 0L);
        await foreach (var found in ObjectsAsync(recording, cancellationToken))
        {
            // Listed in the order of their names, so in the order of their numbers.
            bytes += found.Size ?? 0;
            count += found.Key == KeyOf(recording, count) ? 1u : 0;
        }

        return new StoredChunks(count, bytes);
    }

    public async Task DeleteAsync(string recording, CancellationToken cancellationToken)
    {
        var keys = new List<KeyVersion>();
        await foreach (var found in ObjectsAsync(recording, cancellationToken))
        {
            keys.Add(new KeyVersion { Key = found.Key });
        }

        foreach (var some in keys.Chunk(DeletedAtOnce))
        {
            await s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = bucket, Objects = [.. some] }, cancellationToken);
        }
    }

    private async IAsyncEnumerable<S3Object> ObjectsAsync(string recording, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = $"{options.Prefix}/{recording}/" };
        do
        {
            var page = await s3.ListObjectsV2Async(request, cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return found;
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private string KeyOf(string recording, uint number) => $"{options.Prefix}/{recording}/{number.ToString("d8", CultureInfo.InvariantCulture)}";
}
