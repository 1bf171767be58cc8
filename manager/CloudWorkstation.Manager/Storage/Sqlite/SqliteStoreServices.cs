using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager.Storage.Sqlite;

public static class SqliteStoreServices
{
    /// <summary>
    /// The store in <see cref="DataPaths.Database"/>. Each feature registers its collections:
    /// <c>services.AddSingleton(new CollectionDefinition("desktops", "owner", "status"))</c>.
    /// </summary>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CommitSignals>();
        services.AddSingleton(provider => new SqliteDocumentStore(
            provider.GetRequiredService<DataPaths>().Database, provider.GetServices<CollectionDefinition>(), signals: provider.GetRequiredService<CommitSignals>()));
        services.AddSingleton<IDocumentStore>(provider => provider.GetRequiredService<SqliteDocumentStore>());
        services.AddHostedService<ExpiredDocumentRemoval>();
        return services;
    }
}
