using Amazon.S3;
using CloudWorkstation.Manager.Aws.Calls;

namespace CloudWorkstation.Manager.Recordings.Chunks;

/// <summary>What S3 refused, as what an administrator can mend.</summary>
internal static class S3Faults
{
    private static readonly string[] NoKey = ["KMS.NotFoundException", "KMS.DisabledException", "KMS.KMSInvalidStateException", "KMS.InvalidStateException", "KMS.InvalidKeyUsageException"];
    private static readonly string[] Strangers = [AwsErrors.NoCredentials, "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired"];
    private static readonly string[] Elsewhere = ["PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "Http301"];
    private static readonly string[] Busy = ["SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "Throttling", "ThrottlingException", "OperationAborted", "ConditionalRequestConflict", "KMS.ThrottlingException"];

    /// <summary>Asks S3, and says what it refused as a <see cref="RecordingPlaceException"/>.</summary>
    /// <param name="action">As a role's policy names it.</param>
    /// <param name="options">Which bucket.</param>
    /// <param name="ask">The request.</param>
    /// <param name="cancellationToken">Whose end is no fault of S3's.</param>
    public static async Task<T> AskAsync<T>(string action, RecordingOptions options, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is not RecordingPlaceException && !cancellationToken.IsCancellationRequested)
        {
            throw new RecordingPlaceException(Of(action, options, e), e);
        }
    }

    public static PlaceFault Of(string action, RecordingOptions options, Exception exception)
    {
        var said = exception is DeleteObjectsException { Response.DeleteErrors: [var first, ..] }
            ? new AwsException(AwsService.S3.ServiceId, action, first.Code, first.Message, null, null, exception)
            : AwsErrors.Of(AwsService.S3, action, exception);
        var bucket = options.Bucket!;
        var detail = $"The recordings' bucket {bucket} refused {action}: {said.Code}: {said.Explanation}{(said.RequestId is null ? "" : $" (request {said.RequestId})")}";
        return said.Code switch
        {
            "NoSuchBucket" => new PlaceFault("their bucket is not there.", $"There is no bucket {bucket} for recordings.", "Correct CWS_RECORDINGS__BUCKET, or make the bucket; infra/aws has one."),
            var code when NoKey.Contains(code) => new PlaceFault("the key of their bucket cannot be used.", detail, "Enable the KMS key again, or correct CWS_RECORDINGS__KMSKEY."),
            var code when Strangers.Contains(code) => new PlaceFault(
                "their bucket does not know this installation.", detail, "Give the api a role (ECS task role, instance profile), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY that are valid."),
            var code when Elsewhere.Contains(code) => new PlaceFault("their bucket is in another region.", detail, "Set CWS_RECORDINGS__REGION to the bucket's region."),
            "AccessDenied" or "Forbidden" or "Http403" => new PlaceFault("their bucket refuses.", detail, Grant(action, options)),
            var code when Busy.Contains(code) || (int?)said.Status is >= 500 or 429 => new PlaceFault(
                "their bucket is too busy.", detail, "That passes by itself; if it does not, see AWS's Health Dashboard, or spread the load by another CWS_RECORDINGS__PREFIX."),
            AwsErrors.Unreachable => new PlaceFault(
                "their bucket cannot be reached.", $"S3 does not answer for the recordings' bucket {bucket}: {said.Explanation}", "Look at the network between the api and S3 (gateway endpoint or NAT), AWS_REGION and AWS_ENDPOINT_URL."),
            _ => new PlaceFault("their bucket refuses.", detail, "docs/recordings.md says what the bucket and the api's role must be like."),
        };
    }

    private static string Grant(string action, RecordingOptions options)
    {
        var resource = action == S3Probe.List ? $"arn:aws:s3:::{options.Bucket}" : $"arn:aws:s3:::{options.Bucket}/{options.Prefix}/*";
        var key = options.KmsKey is null ? "" : $", and kms:GenerateDataKey and kms:Decrypt with the key {options.KmsKey}";
        return $"Let the api's role do {action} on {resource}{key}; look whether the bucket's own policy forbids it. infra/aws grants what is needed.";
    }
}
