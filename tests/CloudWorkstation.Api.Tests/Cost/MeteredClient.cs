using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using CloudWorkstation.Manager.Storage.DynamoDb;

namespace CloudWorkstation.Api.Tests.Cost;

/// <summary>What some requests to DynamoDB cost.</summary>
internal sealed record Units(int Calls, double Reads, double Writes)
{
    public static Units None { get; } = new(0, 0, 0);

    public static Units operator +(Units one, Units other) => new(one.Calls + other.Calls, one.Reads + other.Reads, one.Writes + other.Writes);
}

/// <summary>The real client with a meter in its pipeline. What a request to the api causes goes to the request's account.</summary>
internal sealed class MeteredClient() : AmazonDynamoDBClient(DynamoClients.Configuration())
{
    public const string Lists = "lists in the background";
    public const string Work = "work in the background";

    private readonly TableModel table = new();
    private readonly ConcurrentDictionary<string, Units> accounts = new(StringComparer.Ordinal);

    /// <value>Whose account it is in this flow of execution.</value>
    public static AsyncLocal<string?> Account { get; } = new();

    public Units Take(string account) => accounts.TryRemove(account, out var units) ? units : Units.None;

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.AddHandler(new Meter(this));
    }

    /// <value>Every kind of request that was made.</value>
    public ConcurrentDictionary<string, bool> Kinds { get; } = new(StringComparer.Ordinal);

    private void Charge(AmazonWebServiceRequest request, AmazonWebServiceResponse? answer)
    {
        Kinds.TryAdd(request.GetType().Name, true);
        lock (table)
        {
            var (reads, writes) = Cost(request, answer);
            var account = Account.Value ?? (IsOperation(request) ? Work : Lists);
            accounts.AddOrUpdate(account, new Units(1, reads, writes), (_, so) => so + new Units(1, reads, writes));
        }
    }

    /// <summary>Whether a background request is an operation's; leaders that look around, count and send belong to the lists.</summary>
    private static bool IsOperation(AmazonWebServiceRequest request) => Keys(request).Any(key =>
        key[TableLayout.Document].S.Split('/')[0] is "operations" or "operation-log" or "desktops" or "template-versions" or "template-pieces");

    private static IEnumerable<Dictionary<string, AttributeValue>> Keys(AmazonWebServiceRequest request) => request switch
    {
        GetItemRequest get => [get.Key],
        PutItemRequest put => [put.Item],
        UpdateItemRequest update => [update.Key],
        TransactWriteItemsRequest transaction => transaction.TransactItems.Select(i => i.Put?.Item ?? i.Update?.Key ?? i.Delete?.Key ?? i.ConditionCheck.Key),
        _ => [],
    };

    private (double Reads, double Writes) Cost(AmazonWebServiceRequest request, AmazonWebServiceResponse? answer) => (request, answer) switch
    {
        (GetItemRequest, GetItemResponse got) => (CapacityRules.Get(got.Item), 0),
        (QueryRequest, QueryResponse found) => (CapacityRules.Query(found.Items), 0),
        (PutItemRequest put, not null) => (0, Write(table.Put(put.Item), false)),
        (UpdateItemRequest update, not null) => (0, Write(table.Update(update.Key, update.ExpressionAttributeValues), false)),
        (TransactWriteItemsRequest transaction, not null) => (0, transaction.TransactItems.Sum(Write)),

        // A write whose condition failed costs as if it had been done.
        (PutItemRequest or UpdateItemRequest, null) => (0, 1),
        (TransactWriteItemsRequest failed, null) => (0, 2 * failed.TransactItems.Count),
        _ => (0, 0),
    };

    private double Write(TransactWriteItem item) => item switch
    {
        { Put: { } put } => Write(table.Put(put.Item), true),
        { Update: { } update } => Write(table.Update(update.Key, update.ExpressionAttributeValues), true),
        { Delete: { } delete } => Write(table.Delete(delete.Key), true),
        _ => CapacityRules.Check(table.Find(item.ConditionCheck.Key)),
    };

    private static double Write((Dictionary<string, AttributeValue>? Before, Dictionary<string, AttributeValue>? After) change, bool transaction) =>
        CapacityRules.Write(change.Before, change.After, transaction);

    private sealed class Meter(MeteredClient client) : PipelineHandler
    {
        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            try
            {
                var answer = await base.InvokeAsync<T>(executionContext);
                client.Charge(executionContext.RequestContext.OriginalRequest, answer);
                return answer;
            }
            catch (AmazonServiceException)
            {
                client.Charge(executionContext.RequestContext.OriginalRequest, null);
                throw;
            }
        }
    }
}
