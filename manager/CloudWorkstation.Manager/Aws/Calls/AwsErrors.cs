using System.Net;
using Amazon.Runtime;

namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>A call that did not succeed, whatever the reason; <see cref="Code"/> is the service's own, or one of <see cref="AwsErrors"/>.</summary>
public sealed class AwsException(string service, string operation, string code, string message, HttpStatusCode? status, string? requestId, Exception? inner)
    : Exception($"{service} {operation}: {code}: {message}", inner)
{
    public string Service => service;

    public string Operation => operation;

    public string Code => code;

    /// <value>What the service said.</value>
    public string Explanation => message;

    public HttpStatusCode? Status => status;

    /// <value>What AWS support asks for; null where no service answered.</value>
    public string? RequestId => requestId;
}

/// <summary>Codes for what no service said, and how an SDK exception becomes ours.</summary>
internal static class AwsErrors
{
    public const string NoCredentials = "NoCredentials";
    public const string Unreachable = "Unreachable";
    public const string NotUnderstood = "NotUnderstood";

    public static string Http(HttpStatusCode status) => $"Http{(int)status}";

    public static AwsException Of(AwsService service, string operation, Exception e) => e switch
    {
        AwsException known => known,
        AmazonUnmarshallingException => New(service, operation, NotUnderstood, "The answer could not be read.", e),
        AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest, ErrorCode: { Length: > 0 } code } answer =>
            new AwsException(service.ServiceId, operation, code, answer.Message, answer.StatusCode, answer.RequestId, e),
        HttpRequestException or IOException or TimeoutException or OperationCanceledException => New(service, operation, Unreachable, Innermost(e), e),
        AmazonServiceException when e.InnerException is HttpRequestException or IOException or WebException or TaskCanceledException =>
            New(service, operation, Unreachable, Innermost(e), e),
        AmazonClientException => New(service, operation, NoCredentials, e.Message, e),
        _ => New(service, operation, NotUnderstood, e.Message, e),
    };

    private static AwsException New(AwsService service, string operation, string code, string message, Exception inner) =>
        new(service.ServiceId, operation, code, message, null, null, inner);

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}
