using Amazon.DynamoDBv2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

public static class DynamoStoreServices
{
    /// <summary>The store in a DynamoDB table. Each feature registers its collections, as for SQLite.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="create">Whether a missing table is created.</param>
    public static IServiceCollection AddDynamoStore(this IServiceCollection services, string table, bool create)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CommitSignals>();
        services.TryAddSingleton(_ => DynamoClients.New());
        services.AddSingleton(provider =>
        {
            var setup = provider.GetRequiredService<TableSetup>();
            if (create)
            {
                // What reads the store while the process is put together (the key ring) comes before every hosted service.
                Task.Run(() => setup.EnsureAsync(create, CancellationToken.None)).GetAwaiter().GetResult();
            }

            return new DynamoDocumentStore(
                provider.GetRequiredService<IAmazonDynamoDB>(), table, provider.GetServices<CollectionDefinition>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CommitSignals>());
        });
        services.AddSingleton<IDocumentStore>(provider => provider.GetRequiredService<DynamoDocumentStore>());
        services.AddSingleton(provider => new TableSetup(provider.GetRequiredService<IAmazonDynamoDB>(), table, provider.GetRequiredService<TimeProvider>()));
        return services.AddHostedService(provider => new TableReady(provider.GetRequiredService<TableSetup>(), create));
    }

    /// <summary>Before any other hosted service starts: a wrong table is named at the start and not by the first request.</summary>
    private sealed class TableReady(TableSetup setup, bool create) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => setup.EnsureAsync(create, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
