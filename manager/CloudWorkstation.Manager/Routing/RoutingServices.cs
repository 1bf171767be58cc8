using CloudWorkstation.Manager.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Routing;

public static class RoutingServices
{
    /// <summary>The feed for route agents and desktop proxies; also hears of sessions that end.</summary>
    public static IServiceCollection AddDesktopRoutes(this IServiceCollection services) => services
        .AddSingleton<RouteFeed>()
        .AddSingleton<IRouteFeed>(s => s.GetRequiredService<RouteFeed>())
        .AddSingleton<IRoutePreparation>(s => s.GetRequiredService<RouteFeed>())
        .AddSingleton<ISessionEndings>(s => s.GetRequiredService<RouteFeed>())
        .AddHostedService(s => s.GetRequiredService<RouteFeed>());
}
