using CloudWorkstation.Manager.Access.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Access;

public static class AccessServices
{
    /// <summary>Who may have how much, and who is meant by a name.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddAccessRules()
        .AddSingleton(Quotas.Definition)
        .AddSingleton<Quotas>()
        .AddSingleton<OwnerLookup>();

    /// <summary>What the rules say of anybody.</summary>
    public static IServiceCollection AddAccessRules(this IServiceCollection services) => services
        .AddSingleton(AccessDocuments.Definition)
        .AddSingleton<AccessDocuments>()
        .AddSingleton<AccessPolicy>()
        .AddSingleton<IAccessPolicy>(s => s.GetRequiredService<AccessPolicy>());

    /// <summary>The rules, for those who may see and change them; needs accounts.</summary>
    public static IServiceCollection AddAccessRequests(this IServiceCollection services) => services
        .AddSingleton<AccessEdits>()
        .AddSingleton<IAccessService, AccessService>();
}
