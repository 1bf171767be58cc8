using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Audit;

public static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton(AuditLog.Definition)
        .AddSingleton<IAuditLog, AuditLog>();
}
