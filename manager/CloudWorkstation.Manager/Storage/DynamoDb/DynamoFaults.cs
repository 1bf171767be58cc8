using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

internal enum FaultKind
{
    /// <summary>Trying again changes nothing.</summary>
    Final,

    /// <summary>Refused for now, and nothing was done.</summary>
    Refused,

    /// <summary>It may have been done.</summary>
    AnswerLost,
}

/// <summary>What DynamoDB's errors mean: whether to try again, and what an administrator reads.</summary>
/// <param name="table">The table's name.</param>
/// <param name="place">Region or endpoint, as the messages say it.</param>
internal sealed class DynamoFaults(string table, string place)
{
    private static readonly HashSet<string> Throttles = new(StringComparer.Ordinal)
    {
        "ThrottlingException", "ThrottlingError", "Throttling", "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded",
        "RequestLimitExceeded", "RequestLimitExceededException", "LimitExceededException", "TransactionConflict", "TransactionConflictException",
    };

    private static readonly HashSet<string> BadCredentials = new(StringComparer.Ordinal)
    {
        "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "IncompleteSignature", "InvalidAccessKeyId", "OptInRequired",
    };

    private static readonly HashSet<string> ExpiredCredentials = new(StringComparer.Ordinal)
    {
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "RequestTimeTooSkewed",
    };

    public static FaultKind KindOf(Exception error) => error switch
    {
        TransactionCanceledException e => IsRefusedForNow(e) ? FaultKind.Refused : FaultKind.Final,
        AmazonServiceException e when Throttles.Contains(e.ErrorCode ?? "") => FaultKind.Refused,
        TransactionInProgressException => FaultKind.AnswerLost,
        AmazonServiceException e when (int)e.StatusCode >= 500 => FaultKind.AnswerLost,
        AmazonServiceException { StatusCode: default(HttpStatusCode) } or HttpRequestException or IOException or TimeoutException or OperationCanceledException => Unsent(error) ? FaultKind.Refused : FaultKind.AnswerLost,
        AmazonClientException e => e.InnerException is HttpRequestException or IOException or TimeoutException ? FaultKind.AnswerLost : FaultKind.Final,
        _ => FaultKind.Final,
    };

    public Exception Explain(Exception error) => error is AmazonServiceException { ErrorCode: { Length: > 0 } code } service
        ? Explain(code, service)
        : error switch
        {
            AmazonClientException e when KindOf(e) == FaultKind.Final => New(
                "store_no_credentials", "There are no AWS credentials for the store.", "Give the process a role (ECS task role, instance profile) or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", e),
            _ when KindOf(error) != FaultKind.Final => New(
                "store_unreachable", $"DynamoDB does not answer in {place}.", "Check AWS_REGION (or AWS_ENDPOINT_URL), the network and the VPC endpoint.", error),
            _ => error,
        };

    public StoreUnavailableException Missing(Exception? inner) => New(
        "store_table_missing",
        $"There is no table '{table}' in {place}.",
        "Set AWS_REGION to the region it is in and CWS_STORE__TABLE to its name, or create it: with infra/aws, or for development with CWS_STORE__CREATE=true.",
        inner);

    public StoreUnavailableException WrongTable(string what, Exception? inner = null) => New(
        "store_table_wrong", $"The table '{table}' in {place} is not this product's: {what}.", "Set CWS_STORE__TABLE to the right one, or create it with infra/aws.", inner);

    public static StoreUnavailableException OutcomeUnknown() => New(
        "store_answer_lost", "The answer to a write was lost and the document was changed since.", "Try again; the product finds out by itself what was done.", null);

    private static StoreUnavailableException New(string code, string message, string fix, Exception? inner) => new(code, message, fix, inner);

    private static bool IsRefusedForNow(TransactionCanceledException error) =>
        error.CancellationReasons is { } reasons && reasons.Exists(r => Throttles.Contains(r.Code ?? ""));

    /// <summary>No connection came about, so nothing can have been done.</summary>
    private static bool Unsent(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.HostUnreachable or SocketError.NetworkUnreachable })
            {
                return true;
            }
        }

        return false;
    }

    private Exception Explain(string code, AmazonServiceException e) => code switch
    {
        _ when Throttles.Contains(code) || e is TransactionCanceledException && KindOf(e) == FaultKind.Refused => New(
            "store_throttled",
            $"DynamoDB throttles the table '{table}' in {place}.",
            "It passes when the load does. Where it does not, look at the table's throttled requests in CloudWatch and raise its limits.",
            e),
        "ResourceNotFoundException" or "TableNotFoundException" => Missing(e),
        "ValidationException" when e.Message.Contains("key", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("index", StringComparison.OrdinalIgnoreCase) => WrongTable(e.Message, e),
        "AccessDeniedException" or "AccessDenied" or "NotAuthorized" => New(
            "store_forbidden", $"AWS does not let this process use the table '{table}': {e.Message}", "Give its role the action that is named; infra/aws lists all of them.", e),
        _ when ExpiredCredentials.Contains(code) => New(
            "store_credentials_expired", "The AWS credentials for the store have expired, or this machine's clock is wrong.", "Renew the credentials (a role renews itself) and check the clock.", e),
        _ when BadCredentials.Contains(code) || e.StatusCode == HttpStatusCode.Forbidden => New(
            "store_credentials_refused", $"AWS does not know the credentials for the store ({code}).", "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the role, and that AWS_REGION is enabled for the account.", e),
        _ when (int)e.StatusCode >= 500 => New("store_failing", $"DynamoDB in {place} answers {code}.", "See the AWS health dashboard; the product goes on when it answers again.", e),
        _ => e,
    };
}
