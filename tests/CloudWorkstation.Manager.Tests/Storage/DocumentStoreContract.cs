using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Storage;

/// <summary>
/// What every <see cref="IDocumentStore"/> does. Each implementation derives from it; nothing here knows which one it is. Index
/// reads go through <see cref="EventuallyAsync"/>, because an index may lag behind a commit.
/// </summary>
public abstract partial class DocumentStoreContract
{
    protected const int Timeout = 60_000;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <value>An empty store that declares <see cref="Doc.Definitions"/>.</value>
    protected abstract IDocumentStore Store { get; }

    /// <value>Whether one who has just written may have to wait until an index shows it.</value>
    protected virtual bool IndexesMayLag => false;

    private Task<CommitResult> CommitAsync(params DocumentWrite[] writes) => Store.CommitAsync(writes, Token);

    private async Task CommittedAsync(params DocumentWrite[] writes) => (await CommitAsync(writes)).Committed.ShouldBeTrue();

    private Task<StoredDocument?> GetAsync(string id) => Store.GetAsync(Doc.Key(id), Token);

    private async Task EventuallyAsync(IndexQuery query, params string[] expected)
    {
        var deadline = Environment.TickCount64 + (IndexesMayLag ? 20_000 : 0);
        string[] found;
        do
        {
            found = Doc.Ids(await Store.QueryAsync(query, Token));
        }
        while (!found.SequenceEqual(expected) && Environment.TickCount64 < deadline);

        found.ShouldBe(expected);
    }
}
