using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Desktops.Sharing;

internal static class SharingServices
{
    /// <summary>Shares, who watches, and administrators who want to.</summary>
    public static IServiceCollection AddSharing(this IServiceCollection services) => services
        .AddSingleton<SharingDocuments>()
        .AddSingleton<NewShareCheck>()
        .AddSingleton<ShareCheck>()
        .AddSingleton<Presence>()
        .AddSingleton<WatchDesk>()
        .AddSingleton<ShareGuests>()
        .AddSingleton<ShareEndings>()
        .AddSingleton<IShareOverview, ShareOverview>()
        .AddSingleton<IDesktopShares, DesktopShares>()
        .AddSingleton<IDesktopWatchers, DesktopWatchers>();
}
