using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>Does the writes of a commit: one put as a conditional write, everything else as a transaction.</summary>
internal sealed class DynamoCommit(DynamoCalls calls)
{
    private const string ConditionFailed = "ConditionalCheckFailed";

    public Task<CommitResult> CommitAsync(CommitRequest commit, CancellationToken cancellationToken) =>
        calls.RepeatAsync((mayBeDone, client, token) => TryAsync(commit, mayBeDone, client, token), cancellationToken);

    private static async Task<CommitResult> TryAsync(CommitRequest commit, bool mayBeDone, IAmazonDynamoDB client, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(commit, client, cancellationToken);
            return CommitResult.Done;
        }
        catch (ConditionalCheckFailedException e)
        {
            return Judge(commit, [new WriteAnswer(true, e.Item)], mayBeDone);
        }
        catch (TransactionCanceledException e) when (e.CancellationReasons is { } reasons && reasons.Exists(r => r.Code == ConditionFailed))
        {
            return Judge(commit, [.. reasons.Select(r => new WriteAnswer(r.Code == ConditionFailed, r.Item))], mayBeDone);
        }
    }

    private static Task SendAsync(CommitRequest commit, IAmazonDynamoDB client, CancellationToken cancellationToken) => commit.Single switch
    {
        null => client.TransactWriteItemsAsync(commit.Transaction(), cancellationToken),
        { Condition: ConditionKind.Absent } => client.PutItemAsync(commit.SinglePut(), cancellationToken),
        _ => client.UpdateItemAsync(commit.SingleUpdate(), cancellationToken),
    };

    private static CommitResult Judge(CommitRequest commit, IReadOnlyList<WriteAnswer> answers, bool mayBeDone) =>
        CommitEvidence.Judge(commit, answers, mayBeDone) ?? throw DynamoFaults.OutcomeUnknown();
}
