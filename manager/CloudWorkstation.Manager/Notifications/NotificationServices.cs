using CloudWorkstation.Manager.Notifications.People;
using CloudWorkstation.Manager.Notifications.Webhooks;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager.Notifications;

public static class NotificationServices
{
    private const string Section = "Notifications";

    /// <summary>What every process needs that changes something people are told of.</summary>
    public static IServiceCollection AddNotices(this IServiceCollection services)
    {
        services.TryAddSingleton<INotices, Notices>();
        return services.AddSingleton(NoticeDocuments.Definition);
    }

    /// <summary>Who tells them: needs accounts, access rules, mail, settings and the jobs' leadership.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NotificationOptions>().BindConfiguration(Section).ValidateDataAnnotations().ValidateOnStart();

        // The rules of the settings need the networks before anything is composed.
        var networks = configuration.GetSection(Section).Get<NotificationOptions>()?.AllowedNetworks;
        var guard = new AddressGuard(
            NetworkList.Of(networks) ?? throw new InvalidOperationException("CWS_NOTIFICATIONS__ALLOWEDNETWORKS is not a comma-separated list of networks such as 10.1.0.0/16."));
        return services
            .AddSingleton(guard)
            .AddSettingsSection<NotificationsSettings>("notifications", new WebhookRules(guard).Check)
            .AddSingleton(NotificationPreferences.Definition)
            .AddSingleton<NotificationPreferences>()
            .AddSingleton<INotificationPreferences>(s => s.GetRequiredService<NotificationPreferences>())
            .AddSingleton<Recipients>()
            .AddSingleton<NoticeMails>()
            .AddSingleton(DeliveryDocuments.Definition)
            .AddSingleton(WebhookHealth.Definition)
            .AddSingleton<WebhookOutbox>()
            .AddSingleton<WebhookClient>()
            .AddSingleton<WebhookSender>()
            .AddSingleton<IWebhookService, WebhookService>()
            .AddSingleton<NoticeDispatcher>()
            .AddSingleton<NotificationWorker>()
            .AddHostedService(s => s.GetRequiredService<NotificationWorker>());
    }
}
