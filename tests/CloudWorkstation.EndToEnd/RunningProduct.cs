using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary>One product for all tests that leave it as they found it.</summary>
public sealed class RunningProduct : IAsyncLifetime
{
    public const string Name = "running product";

    public Product Product { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Product = await Product.StartAsync(new Dictionary<string, string> { ["CWS_QUOTA__PERUSER"] = "1" });

    public ValueTask DisposeAsync() => Product?.DisposeAsync() ?? ValueTask.CompletedTask;
}

[CollectionDefinition(RunningProduct.Name)]
public sealed class RunningProductCollection : ICollectionFixture<RunningProduct>;
