using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>Sends every call to the endpoint that the client's configuration names.</summary>
internal sealed class AwsEndpointHandler : BaseEndpointResolver
{
    protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters)
    {
        // One endpoint for every operation.
    }

    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new Nothing();

    private sealed class Nothing : EndpointParameters;
}

/// <summary>Every call is signed with Signature Version 4.</summary>
internal sealed class AwsSignatureHandler : BaseAuthResolverHandler
{
    protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
}

internal sealed class AwsServiceMetadata(AwsService service) : IServiceMetadata
{
    public string ServiceId => service.ServiceId;

    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
}
