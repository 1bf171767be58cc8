using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>A store as a cloud has it on a bad day: refuses, does the work and loses the answer, or does not come back for a while.</summary>
public sealed class FaultyStore(IDocumentStore inner) : IDocumentStore
{
    private readonly Random random = new(20261121);
    private volatile TaskCompletionSource? hanging;

    /// <value>Share of the calls that end in a fault.</value>
    public double Faults { get; set; }

    public int Seen { get; private set; }

    /// <summary>From now on no call comes back, until <see cref="Return"/>.</summary>
    public void Hang() => hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Return()
    {
        var waiting = hanging;
        hanging = null;
        waiting?.SetResult();
    }

    public async Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        await WaitAsync();
        Refuse();
        return await inner.GetAsync(key, cancellationToken);
    }

    public async Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        await WaitAsync();
        Refuse();
        return await inner.QueryAsync(query, cancellationToken);
    }

    public async Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        await WaitAsync();
        Refuse();
        var result = await inner.CommitAsync(writes, cancellationToken);
        Refuse();
        return result;
    }

    private Task WaitAsync() => hanging?.Task ?? Task.CompletedTask;

    private void Refuse()
    {
        lock (random)
        {
            if (random.NextDouble() >= Faults)
            {
                return;
            }

            Seen++;
        }

        throw new StoreUnavailableException("throttled", "The store is overloaded.", "Wait.");
    }
}
