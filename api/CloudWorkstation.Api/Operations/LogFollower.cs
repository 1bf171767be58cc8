using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Streams;
using CloudWorkstation.Manager;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Api.Operations;

/// <summary>
/// Follows an operation's log to its end. It asks the store rather than the events: a worker in another process writes there, and one read by
/// key twice a second is cheap. The right to see is asked for each time.
/// </summary>
public sealed class LogFollower(IOperationService operations, TimeProvider time)
{
    private const int Batch = 500;
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async IAsyncEnumerable<ServerSentEvent> FollowAsync(
        Actor actor, string id, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // The state first: what an ended operation wrote is there when its lines are read after this.
            var operation = await operations.GetAsync(actor, id, cancellationToken);
            var lines = operation.Succeeded ? await operations.LogAsync(actor, id, after, Batch, cancellationToken) : operation.Problem!;
            foreach (var line in lines.Succeeded ? lines.Value : [])
            {
                after = line.Sequence;
                yield return Message(line);
            }

            if (!lines.Succeeded || (!operation.Value.IsActive && (after >= operation.Value.LogLength || IsOverdue(operation.Value))))
            {
                yield return End(operation);
                yield break;
            }

            if (lines.Value.Count < Batch)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    /// <summary>The last lines may show a moment after the end; a listener does not wait for them for ever.</summary>
    private bool IsOverdue(Operation operation) => time.GetUtcNow() - operation.FinishedAt > LongestLag;

    private static ServerSentEvent Message(LogLine line) =>
        new("line", JsonSerializer.SerializeToUtf8Bytes(line, ApiJson.Options), line.Sequence.ToString());

    private static ServerSentEvent End(Outcome<Operation> operation) =>
        new("end", JsonSerializer.SerializeToUtf8Bytes(new { state = operation.Succeeded ? operation.Value.State : (OperationState?)null }, ApiJson.Options));
}
