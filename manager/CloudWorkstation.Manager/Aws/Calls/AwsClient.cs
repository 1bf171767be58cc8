using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>
/// One service in one region on the SDK's own pipeline: credentials, signature, retries with back-off, clock skew and connection reuse are the
/// SDK's; only what a call looks like and how its answer is read is ours.
/// </summary>
internal abstract class AwsClient(AwsService service, string region, AwsAccess access) : AmazonServiceClient(new AwsClientConfig(service, region, access))
{
    private readonly AwsCallMarshaller marshaller = new(service);

    protected override IServiceMetadata ServiceMetadata { get; } = new AwsServiceMetadata(service);

    protected Task<T> QueryAsync<T>(QueryCall call, Func<XmlReader, T> read, CancellationToken cancellationToken) =>
        CallAsync<T>(call, new QueryAnswerReader<T>(read), cancellationToken);

    protected Task<T> JsonAsync<T>(string operation, JsonObject body, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        CallAsync<T>(new JsonCall(operation, body), new JsonAnswerReader<T>(read), cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new AwsEndpointHandler());
        pipeline.AddHandlerAfter<AwsEndpointHandler>(new AwsSignatureHandler());
    }

    private async Task<T> CallAsync<T>(AwsCall call, ResponseUnmarshaller reader, CancellationToken cancellationToken)
    {
        var options = new InvokeOptions { RequestMarshaller = marshaller, ResponseUnmarshaller = reader };
        try
        {
            return (await InvokeAsync<AwsAnswer<T>>(call, options, cancellationToken)).Value;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw AwsErrors.Of(service, call.Operation, e);
        }
    }
}
