using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Desktops.Bulks;

public static class BulkServices
{
    /// <summary>Changes of many desktops; needs accounts, in whose name they are done.</summary>
    public static IServiceCollection AddBulk(this IServiceCollection services) => services
        .AddSingleton(BulkDocuments.BulkDefinition)
        .AddSingleton(BulkDocuments.PartDefinition)
        .AddSingleton<BulkDocuments>()
        .AddSingleton<BulkActors>()
        .AddSingleton<BulkStep>()
        .AddSingleton<BulkRunner>()
        .AddSingleton<IBulkService, BulkService>()
        .AddHostedService(s => s.GetRequiredService<BulkRunner>());
}
