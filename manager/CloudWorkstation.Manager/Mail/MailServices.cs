using CloudWorkstation.Manager.Mail.Smtp;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager.Mail;

public static class MailServices
{
    /// <summary>Writing mails, for every process. Needs the store, the keys, the audit log and the configuration.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.TryAddSingleton<PublicLinks>();
        return services
            .AddSettingsSection<MailSettings>("mail", MailSettings.Check)
            .AddSingleton(OutboxDocuments.Definition)
            .AddSingleton<OutboxDocuments>()
            .AddSingleton<Mailer>()
            .AddSingleton<IMailer>(s => s.GetRequiredService<Mailer>())
            .AddSingleton<SmtpSender>()
            .AddSingleton<MailDelivery>()
            .AddSingleton<IMailbox, Mailbox>();
    }

    /// <summary>Sending them, in processes that may reach the mail server.</summary>
    public static IServiceCollection AddMailDelivery(this IServiceCollection services) => services.AddHostedService<MailRounds>();
}
