using Amazon.DynamoDBv2;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>
/// Calls DynamoDB, again while it is worth it: at most ten times within fifteen seconds, with waits that double and are drawn at random, so
/// that those who collided do not meet again. The client's own retries are off: a write that was repeated behind our back could not be
/// told from one that lost.
/// </summary>
internal sealed class DynamoCalls(IAmazonDynamoDB client, DynamoFaults faults, TimeProvider time)
{
    private const int MostAttempts = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>For a question whose refusal is the answer.</summary>
    public async Task<T> OnceAsync<T>(Func<IAmazonDynamoDB, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(ProbeLimit);
        try
        {
            return await call(client, limited.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw faults.Explain(e);
        }
    }

    /// <summary>For what may be done twice.</summary>
    public Task<T> RepeatAsync<T>(Func<IAmazonDynamoDB, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RepeatAsync((_, c, token) => call(c, token), cancellationToken);

    /// <param name="call">Is told whether an earlier try may have been done although its answer was lost.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async Task<T> RepeatAsync<T>(Func<bool, IAmazonDynamoDB, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var mayBeDone = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(mayBeDone, client, cancellationToken);
            }
            catch (Exception e) when (e is not StoreUnavailableException and not ArgumentException && !cancellationToken.IsCancellationRequested)
            {
                var fault = DynamoFaults.KindOf(e);
                mayBeDone |= fault == FaultKind.AnswerLost;
                if (fault == FaultKind.Final || attempt == MostAttempts || time.GetElapsedTime(started) > Patience)
                {
                    throw faults.Explain(e);
                }
            }

            await Task.Delay(Wait(attempt), time, cancellationToken);
        }
    }

    private static TimeSpan Wait(int attempt)
    {
        var longest = Math.Min(LongestWait.Ticks, FirstWait.Ticks << (attempt - 1));
        return TimeSpan.FromTicks(Random.Shared.NextInt64(longest / 2, longest));
    }
}
