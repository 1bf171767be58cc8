using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Metrics;

public static class MetricServices
{
    /// <summary>The text that the api serves at <c>/metrics</c>.</summary>
    public static IServiceCollection AddProductMetrics(this IServiceCollection services) => services
        .AddSingleton<PrometheusText>()
        .AddHostedService(s => s.GetRequiredService<PrometheusText>());
}
