using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Parts;

/// <summary>The real store behind a wire that a test can cut: what a killed process would still try to write does not arrive.</summary>
public sealed class CuttableStore(IDocumentStore inner) : IDocumentStore
{
    private volatile bool cut;

    /// <value>Called before each commit; a test may throw here, or after it (see <see cref="AfterCommit"/>).</value>
    public Action<IReadOnlyList<DocumentWrite>>? BeforeCommit { get; set; }

    /// <value>Called after a commit was done and before its answer is given.</value>
    public Action<IReadOnlyList<DocumentWrite>>? AfterCommit { get; set; }

    public void Cut() => cut = true;

    public Task<StoredDocument?> GetAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        Check();
        return inner.GetAsync(key, cancellationToken);
    }

    public Task<DocumentPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        Check();
        return inner.QueryAsync(query, cancellationToken);
    }

    public async Task<CommitResult> CommitAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        Check();
        BeforeCommit?.Invoke(writes);
        var result = await inner.CommitAsync(writes, cancellationToken);
        AfterCommit?.Invoke(writes);
        Check();
        return result;
    }

    private void Check()
    {
        if (cut)
        {
            throw new IOException("The wire to the store is cut.");
        }
    }
}
