using Amazon.S3;
using Amazon.S3.Model;

namespace CloudWorkstation.Manager.Recordings.Chunks;

/// <summary>
/// Finds out by doing it whether recordings can be kept, listed, read and deleted. An answer counts for a while, so that many who connect at the
/// same time ask once.
/// </summary>
internal sealed class S3Probe(IAmazonS3 s3, RecordingOptions options, TimeProvider time)
{
    public const string Put = "s3:PutObject";
    public const string Get = "s3:GetObject";
    public const string List = "s3:ListBucket";
    public const string Delete = "s3:DeleteObject";

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BadFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Lock gate = new();

    // One a process: two that ask at the same time do not delete each other's, and one that may not delete leaves one.
    private readonly string key = $"{options.Prefix}/check-{Guid.NewGuid():n}";
    private (long At, Task<PlaceFault?> Answer)? last;

    public Task<PlaceFault?> AskAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (last is not { } answered || IsOld(answered))
            {
                last = (time.GetTimestamp(), Task.Run(ProbeAsync, CancellationToken.None));
            }

            return last.Value.Answer.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Something was refused since: whoever asks next finds out anew.</summary>
    public void Forget()
    {
        lock (gate)
        {
            last = last is { Answer.IsCompleted: false } ? last : null;
        }
    }

    private bool IsOld((long At, Task<PlaceFault?> Answer) answered) =>
        answered.Answer.IsCompleted && time.GetElapsedTime(answered.At) > (answered.Answer is { IsCompletedSuccessfully: true, Result: null } ? GoodFor : BadFor);

    private async Task<PlaceFault?> ProbeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var token = limit.Token;
        var doing = Put;
        try
        {
            using var content = new MemoryStream([1], writable: false);
            await s3.PutObjectAsync(S3Chunks.Order(options, key, content), token);
            doing = List;
            await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix + "/", MaxKeys = 1 }, token);
            doing = Get;
            (await s3.GetObjectAsync(options.Bucket, key, token)).Dispose();
            doing = Delete;
            await s3.DeleteObjectAsync(options.Bucket, key, token);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is, nobody can be recorded; and somebody is waiting for the answer.
            return S3Faults.Of(doing, options, e);
        }
    }
}
