using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.Messages;

namespace CloudWorkstation.Manager.Aws;

/// <summary>Why AWS refused, in the terms that an operation fails in. The same table that reads Terraform's words reads these.</summary>
internal static class AwsFaults
{
    private static readonly string[] Throttling = ["Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "RequestThrottled", "SlowDown", "Http429", "Http503"];

    public static bool IsThrottled(AwsException e) => Throttling.Contains(e.Code, StringComparer.Ordinal);

    public static FailureCause Cause(AwsException e)
    {
        var detail = $"{e.Code}: {e.Explanation}{(e.RequestId is null ? "" : $" (request {e.RequestId})")}";
        var diagnostic = new TerraformDiagnostic("error", $"{e.Service} {e.Operation}", detail, null, null, null);
        return e.Code switch
        {
            AwsErrors.Unreachable => new FailureCause(FailureKind.Network, "The cloud could not be reached.", [diagnostic]),
            _ => Cause(diagnostic),
        };
    }

    /// <summary>From what a service wrote where it did not answer us, as the reason that a task stopped.</summary>
    public static FailureCause Cause(string summary, string words) => Cause(new TerraformDiagnostic("error", summary, words, null, null, null));

    private static FailureCause Cause(TerraformDiagnostic diagnostic)
    {
        var (kind, message) = FailureClassifier.Classify([diagnostic], [], null);
        return new FailureCause(FailureCatalogue.KindOf(kind), kind == TerraformFailureKind.Internal ? "The cloud refused what was asked of it." : message, [diagnostic]);
    }
}
