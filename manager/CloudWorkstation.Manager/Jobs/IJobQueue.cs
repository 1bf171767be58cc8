using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Jobs;

/// <summary>
/// Hands stored operations to workers. It is a hint, not the truth: it may be lost, come twice or come late, because the sweeper hands over
/// again whatever is stored as queued, and a worker's claim is conditional.
/// </summary>
internal interface IJobQueue
{
    /// <summary>Never throws: the operation is stored, so it will run.</summary>
    Task EnqueueAsync(Operation operation, CancellationToken cancellationToken);
}
