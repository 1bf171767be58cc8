using CloudWorkstation.Manager.Accounts.Identity;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager.Desktops.Policies;

internal static class PolicyServices
{
    /// <summary>A worker asks too: it stops idle desktops, and their owners' groups have a say in when.</summary>
    public static IServiceCollection AddSessionPolicies(this IServiceCollection services)
    {
        services.TryAddSingleton<AccountUserStore>();
        return services
            .AddSingleton(AccountUserStore.Definition)
            .AddSingleton(AccountUserStore.Names)
            .AddSettingsSection<SessionPoliciesSettings>("session-policies", SessionPoliciesSettings.Check)
            .AddSingleton<ISessionPolicies, SessionPolicies>();
    }
}
