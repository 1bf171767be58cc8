using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>An object's text and the tag that names exactly this content of it.</summary>
internal sealed record StoredText(string Text, string ETag);

/// <summary>S3 as a place for small texts that are only ever changed on a condition.</summary>
internal sealed class StateObjects(IAmazonS3 s3, StateLocation location)
{
    /// <returns>The new object's tag; null when there is one already.</returns>
    public Task<string?> CreateAsync(string key, string text, CancellationToken cancellationToken) =>
        PutAsync(Put(key, text, request => request.IfNoneMatch = "*"), cancellationToken);

    /// <returns>The new object's tag; null when the object is not the one that was read.</returns>
    public Task<string?> ReplaceAsync(string key, string text, string etag, CancellationToken cancellationToken) =>
        PutAsync(Put(key, text, request => request.IfMatch = etag), cancellationToken);

    public async Task<StoredText?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await s3.GetObjectAsync(new GetObjectRequest { BucketName = location.Bucket, Key = key }, cancellationToken);
            using StreamReader reader = new(answer.ResponseStream, Encoding.UTF8);
            return new(await reader.ReadToEndAsync(cancellationToken), answer.ETag);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchKey")
        {
            return null;
        }
    }

    /// <returns>False when the object is not the one that was meant, or is gone.</returns>
    public async Task<bool> DeleteAsync(string key, string etag, CancellationToken cancellationToken)
    {
        try
        {
            await s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = location.Bucket, Key = key, IfMatch = etag }, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchKey" || IsConditionFailed(exception))
        {
            return false;
        }
    }

    private async Task<string?> PutAsync(PutObjectRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await s3.PutObjectAsync(request, cancellationToken)).ETag;
        }
        catch (AmazonS3Exception exception) when (IsConditionFailed(exception) || (request.IfMatch is not null && exception.ErrorCode == "NoSuchKey"))
        {
            return null;
        }
    }

    private PutObjectRequest Put(string key, string text, Action<PutObjectRequest> condition)
    {
        PutObjectRequest request = new() { BucketName = location.Bucket, Key = key, ContentBody = text, ContentType = "application/json" };
        if (location.KmsKey is { Length: > 0 } kms)
        {
            request.ServerSideEncryptionMethod = ServerSideEncryptionMethod.AWSKMS;
            request.ServerSideEncryptionKeyManagementServiceKeyId = kms;
        }
        else
        {
            request.ServerSideEncryptionMethod = ServerSideEncryptionMethod.AES256;
        }

        condition(request);
        return request;
    }

    // 409: two conditional writes at the same moment; S3 wants the loser to look again.
    private static bool IsConditionFailed(AmazonS3Exception exception) => exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict;
}
