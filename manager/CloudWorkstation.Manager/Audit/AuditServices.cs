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
}
