using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>One call of one operation.</summary>
internal abstract class AwsCall(string operation) : AmazonWebServiceRequest
{
    public string Operation => operation;

    /// <summary>The HTTP request, without endpoint and signature.</summary>
    public abstract IRequest ToRequest(AwsService service);
}

/// <remarks>The SDK wants a constructor without parameters; it never calls it.</remarks>
internal sealed class AwsAnswer<T> : AmazonWebServiceResponse
{
    public T Value { get; init; } = default!;
}

internal sealed class AwsCallMarshaller(AwsService service) : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input) => ((AwsCall)input).ToRequest(service);
}
