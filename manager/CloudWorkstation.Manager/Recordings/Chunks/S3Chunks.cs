using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace CloudWorkstation.Manager.Recordings.Chunks;

/// <summary>
/// Chunks as objects of a bucket: <c>PREFIX/ID/00000000</c>, encrypted by S3 once more, each written once. What S3 refuses is a
/// <see cref="RecordingPlaceException"/>.
/// </summary>
internal sealed class S3Chunks(IAmazonS3 s3, RecordingOptions options, TimeProvider time) : IChunkStore
{
    private const int DeletedAtOnce = 1000;
    private readonly string bucket = options.Bucket!;
    private readonly S3Probe probe = new(s3, options, time);

    public string Name => "s3";

    public Task<PlaceFault?> CheckAsync(CancellationToken cancellationToken) => probe.AskAsync(cancellationToken);

    public async Task<bool> WriteAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(chunk.ToArray(), writable: false);
        var order = Order(options, KeyOf(recording, number), content);
        order.IfNoneMatch = "*";
        try
        {
            return await AskAsync(S3Probe.Put, () => IsNewAsync(order, cancellationToken), cancellationToken)
                || await IsThereAsync(recording, number, chunk, cancellationToken);
        }
        catch (RecordingPlaceException)
        {
            probe.Forget();
            throw;
        }
    }

    public Task<byte[]?> ReadAsync(string recording, uint number, int most, CancellationToken cancellationToken) => AskAsync(
        S3Probe.Get,
        async () =>
        {
            try
            {
                var request = new GetObjectRequest { BucketName = bucket, Key = KeyOf(recording, number), ByteRange = most == int.MaxValue ? null : new ByteRange(0, most - 1) };
                using var answer = await s3.GetObjectAsync(request, cancellationToken);
                using var content = new MemoryStream();
                await answer.ResponseStream.CopyToAsync(content, cancellationToken);
                return content.ToArray();
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchKey")
            {
                // Only that: a bucket that is not there answers 404 too.
                return null;
            }
        },
        cancellationToken);

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
        var keys = await ObjectsAsync(recording, cancellationToken).Select(o => new KeyVersion { Key = o.Key }).ToListAsync(cancellationToken);
        foreach (var some in keys.Chunk(DeletedAtOnce))
        {
            // One that is refused among them is an exception of the SDK's too.
            await AskAsync(S3Probe.Delete, () => s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = bucket, Objects = [.. some], Quiet = true }, cancellationToken), cancellationToken);
        }
    }

    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) =>
        PagesAsync(new ListObjectsV2Request { BucketName = bucket, Prefix = options.Prefix + "/", Delimiter = "/" }, cancellationToken)
            .SelectMany(page => (page.CommonPrefixes ?? []).Select(p => p[(options.Prefix.Length + 1)..].TrimEnd('/')));

    /// <summary>An object as this installation writes them.</summary>
    public static PutObjectRequest Order(RecordingOptions options, string key, Stream content) => new()
    {
        BucketName = options.Bucket,
        Key = key,
        InputStream = content,
        ContentType = "application/octet-stream",
        ServerSideEncryptionMethod = options.KmsKey is null ? ServerSideEncryptionMethod.AES256 : ServerSideEncryptionMethod.AWSKMS,
        ServerSideEncryptionKeyManagementServiceKeyId = options.KmsKey,
    };

    private async Task<bool> IsNewAsync(PutObjectRequest order, CancellationToken cancellationToken)
    {
        try
        {
            await s3.PutObjectAsync(order, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    /// <summary>Whether what is there of this number is this chunk: our own earlier try, whose answer was lost.</summary>
    private async Task<bool> IsThereAsync(string recording, uint number, ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) =>
        await ReadAsync(recording, number, int.MaxValue, cancellationToken) is { } there
            ? there.AsSpan().SequenceEqual(chunk.Span)
            : throw new RecordingPlaceException(new PlaceFault(
                "their bucket is too busy.", $"{KeyOf(recording, number)} is being written by somebody else, or was just deleted.", "That passes by itself."));

    private IAsyncEnumerable<S3Object> ObjectsAsync(string recording, CancellationToken cancellationToken) =>
        PagesAsync(new ListObjectsV2Request { BucketName = bucket, Prefix = $"{options.Prefix}/{recording}/" }, cancellationToken).SelectMany(page => page.S3Objects ?? []);

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(ListObjectsV2Request request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await AskAsync(S3Probe.List, () => s3.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            yield return page;
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private Task<T> AskAsync<T>(string action, Func<Task<T>> ask, CancellationToken cancellationToken) => S3Faults.AskAsync(action, options, ask, cancellationToken);

    private string KeyOf(string recording, uint number) => $"{options.Prefix}/{recording}/{number.ToString("d8", CultureInfo.InvariantCulture)}";
}
