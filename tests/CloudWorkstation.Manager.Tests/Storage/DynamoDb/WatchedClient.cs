using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>The real client with an observer in front of its pipeline, which also decides what becomes of a call.</summary>
internal sealed class WatchedClient(AWSCredentials credentials, AmazonDynamoDBConfig configuration) : AmazonDynamoDBClient(credentials, configuration)
{
    /// <value>Every request that was made, in order.</value>
    public ConcurrentQueue<AmazonWebServiceRequest> Requests { get; } = new();

    /// <value>What becomes of a call; by default it is made.</value>
    public Func<AmazonWebServiceRequest, Func<Task>, Task> Behaviour { get; set; } = (_, send) => send();

    /// <summary>The next calls are done, and their answers lost.</summary>
    public void LoseAnswers(int count, Func<Task>? meanwhile = null) => Disturb(count, async send =>
    {
        try
        {
            await send();
        }
        catch (AmazonServiceException)
        {
            // A refusal is an answer too.
        }

        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        throw new HttpRequestException("The connection was reset.");
    });

    /// <summary>The next calls are refused with the error, and nothing is done.</summary>
    public void Refuse(int count, Func<Exception> error) => Disturb(count, _ => throw error());

    public void Disturb(int count, Func<Func<Task>, Task> disturbance)
    {
        var left = count;
        Behaviour = (_, send) => Interlocked.Decrement(ref left) >= 0 ? disturbance(send) : send();
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.AddHandler(new Watch(this));
    }

    private sealed class Watch(WatchedClient client) : PipelineHandler
    {
        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var request = executionContext.RequestContext.OriginalRequest;
            client.Requests.Enqueue(request);
            T? answer = default;
            await client.Behaviour(request, async () => answer = await base.InvokeAsync<T>(executionContext));
            return answer!;
        }
    }
}
