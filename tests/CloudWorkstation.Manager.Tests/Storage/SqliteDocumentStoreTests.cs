using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;

namespace CloudWorkstation.Manager.Tests.Storage;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly SqliteDocumentStore store;

    public SqliteDocumentStoreTests() => store = new SqliteDocumentStore(Path.Combine(directory.Path, "data", "test.db"), Doc.Definitions);

    protected override IDocumentStore Store => store;

    public void Dispose()
    {
        store.Dispose();
        directory.Dispose();
    }
}
