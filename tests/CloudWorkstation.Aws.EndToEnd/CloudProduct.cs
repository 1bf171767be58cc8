using CloudWorkstation.Harness;

namespace CloudWorkstation.Aws.EndToEnd;

/// <summary>One product with a moto of its own, for all tests that delete what they make.</summary>
public sealed class CloudProduct : IAsyncLifetime
{
    public const string Name = "product on AWS";

    public Product Product { get; private set; } = null!;

    public Account Account { get; private set; } = null!;

    public Person Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Product = await Product.StartAsync(
            new Dictionary<string, string> { ["CWS_QUOTA__PERUSER"] = "10", ["CWS_JOBS__RETRYDELAY"] = "00:00:02" },
            arguments: ["--aws-endpoint", "moto"]);
        Account = Account.Of(Product);
        Admin = await Product.AdminAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Admin?.Dispose();
        Account?.Dispose();
        if (Product is not null)
            await Product.DisposeAsync();
    }
}

[CollectionDefinition(CloudProduct.Name)]
public sealed class CloudProductCollection : ICollectionFixture<CloudProduct>;
