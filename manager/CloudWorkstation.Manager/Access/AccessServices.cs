using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Access;

public static class AccessServices
{
    /// <summary>Who may have how much, and who is meant by a name.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton(Quotas.Definition)
        .AddSingleton<Quotas>()
        .AddSingleton<OwnerLookup>();
}
