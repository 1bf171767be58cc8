using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Storage.DynamoDb;

public sealed class DynamoDocumentStoreTests : DocumentStoreContract, IAsyncLifetime
{
    private IDocumentStore? store;

    protected override IDocumentStore Store => store!;

    public async ValueTask InitializeAsync() => store = (await DynamoTable.CreateAsync()).Store();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
