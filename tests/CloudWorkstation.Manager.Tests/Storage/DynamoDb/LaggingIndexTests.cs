using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

/// <summary>The contract over indexes that are always behind: one process sees its own writes at once.</summary>
public sealed class OwnWritesTests : DocumentStoreContract, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly SqliteDocumentStore inner;
    private readonly LaggingStore store;

    public OwnWritesTests()
    {
        inner = new SqliteDocumentStore(Path.Combine(directory.Path, "data", "test.db"), Doc.Definitions);
        store = new LaggingStore(inner, new LaggingView(TimeSpan.FromMilliseconds(200)));
    }

    protected override IDocumentStore Store => store;

    protected override bool IndexesMayLag => false;

    public void Dispose()
    {
        inner.Dispose();
        directory.Dispose();
    }
}
