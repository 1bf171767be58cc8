using CloudWorkstation.Manager.Statistics.Timings;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Statistics;

public static class StatisticsServices
{
    /// <summary>For every process that does something which is counted.</summary>
    public static IServiceCollection AddUsageFacts(this IServiceCollection services) => services
        .AddSingleton(UsageFacts.Definition)
        .AddSingleton<UsageFacts>();

    /// <summary>The counting, and what people read of it; needs accounts, for their groups.</summary>
    public static IServiceCollection AddStatistics(this IServiceCollection services)
    {
        foreach (var definition in UsageDocuments.Definitions)
        {
            services.AddSingleton(definition);
        }

        return services
            .AddSingleton<UsageDocuments>()
            .AddSingleton<UsageCounter>()
            .AddHostedService(s => s.GetRequiredService<UsageCounter>())
            .AddSingleton<StartEstimates>()
            .AddSingleton<ITimingsService, TimingsService>()
            .AddSingleton<IStatisticsService, StatisticsService>();
    }
}
