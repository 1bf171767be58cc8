using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Desktops;

public static class DesktopServices
{
    /// <summary>Desktops: what people may ask of them, connections, and how their screens are found to be ready.</summary>
    public static IServiceCollection AddDesktops(this IServiceCollection services) => services
        .AddSingleton(DesktopDocuments.DesktopDefinition)
        .AddSingleton(DesktopDocuments.ActivityDefinition)
        .AddSingleton(DesktopDocuments.ConnectionDefinition)
        .AddSingleton<DesktopDocuments>()
        .AddSingleton<DesktopModels>()
        .AddSingleton<SecretProtector>()
        .AddSingleton<IScreenWait, ScreenWait>()
        .AddSingleton<DesktopReader>()
        .AddSingleton<DesktopCreator>()
        .AddSingleton<DesktopPlanner>()
        .AddSingleton<DesktopChanger>()
        .AddSingleton<DesktopConnector>()
        .AddSingleton<IDesktopService, DesktopService>()
        .AddSingleton<IConnectionService, ConnectionService>();
}
