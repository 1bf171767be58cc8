using CloudWorkstation.Manager.Audit.Export;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager.Audit;

public static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton(new ManagerOptions());
        return services
            .AddSingleton(AuditEntries.Definition)
            .AddSingleton<AuditEntries>()
            .AddSingleton<AuditSearch>()
            .AddSingleton<IAuditLog, AuditLog>();
    }

    /// <summary>Sending the trail on, in processes that people ask. Needs the audit log, the store, the settings' keys and leadership.</summary>
    public static IServiceCollection AddAuditExport(this IServiceCollection services) => services
        .AddSettingsSection<AuditSettings>("audit", AuditSettings.Check)
        .AddSingleton(AuditShipping.Definition)
        .AddSingleton<IAuditSink, SyslogSink>()
        .AddSingleton<IAuditSink, OtlpSink>()
        .AddSingleton<AuditShipping>()
        .AddSingleton<IAuditExports>(s => s.GetRequiredService<AuditShipping>())
        .AddHostedService<AuditRounds>();
}
