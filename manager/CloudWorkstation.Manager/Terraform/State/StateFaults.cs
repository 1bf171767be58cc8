using Amazon.Runtime;
using CloudWorkstation.Manager.Terraform.Messages;

namespace CloudWorkstation.Manager.Terraform.State;

/// <summary>Says in the words of a run what S3 answered us, by the same table that judges what Terraform prints.</summary>
internal static class StateFaults
{
    public static bool IsOne(Exception exception) => exception is AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException or IOException;

    public static TerraformOutcome Outcome(Exception exception, string what)
    {
        var text = exception is AmazonServiceException { ErrorCode.Length: > 0 } service
            ? $"S3 {service.ErrorCode} (status {(int)service.StatusCode}): {service.Message}"
            : $"S3 could not be asked: {exception.Message}{(exception.InnerException is { } inner ? $" ({inner.Message})" : "")}";
        TerraformDiagnostic diagnostic = new("error", what, text, null, null, null);
        var (kind, message) = FailureClassifier.Classify([diagnostic], [], null);
        return new() { Failure = kind, Message = message, Diagnostics = [diagnostic] };
    }
}
