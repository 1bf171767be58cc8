using CloudWorkstation.Manager.Desktops.Transfers;
using CloudWorkstation.Manager.Desktops.Idle;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Desktops.Timeline;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Desktops;

public static class DesktopServices
{
    /// <summary>Desktops: their rules, their changes, and how their screens are found to be ready.</summary>
    public static IServiceCollection AddDesktops(this IServiceCollection services) => services
        .AddSingleton(DesktopDocuments.DesktopDefinition)
        .AddSingleton(DesktopDocuments.ActivityDefinition)
        .AddSingleton(DesktopDocuments.ConnectionDefinition)
        .AddSingleton(DesktopDocuments.LookDefinition)
        .AddSingleton(SharingDocuments.Definition)
        .AddSingleton<DesktopDocuments>()
        .AddSingleton<DesktopModels>()
        .AddKeyStorage()
        .AddSingleton(s => new SecretProtector(s.GetRequiredService<ISecretsKey>()))
        .AddSingleton(s => new ProxyProbe(
            new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }),
            s.GetRequiredService<InternalKeyText>(),
            s.GetRequiredService<TimeProvider>()))
        .AddSingleton<Screens>()
        .AddSingleton<TemplateScreens>()
        .AddSingleton<IScreenWait, ScreenWait>()
        .AddSessionPolicies()
        .AddSingleton<DesktopReader>()
        .AddSingleton<DesktopPlanner>()
        .AddSingleton<DesktopChanger>()
        .AddSingleton<IdleNotices>();

    /// <summary>What people and desktop proxies ask for; needs accounts and keys.</summary>
    public static IServiceCollection AddDesktopRequests(this IServiceCollection services) => services
        .AddSingleton<DesktopCreator>()
        .AddSingleton<DesktopConnector>()
        .AddSharing()
        .AddSingleton<NewOwners>()
        .AddSingleton<DesktopTransfer>()
        .AddSingleton<IDesktopTransfer>(s => s.GetRequiredService<DesktopTransfer>())
        .AddSingleton<IDesktopService, DesktopService>()
        .AddSingleton<IDesktopIdleService, DesktopIdleService>()
        .AddSingleton<ITimelineService, TimelineService>()
        .AddSingleton<FirstLooks>()
        .AddSingleton<IConnectionService, ConnectionService>();
}
