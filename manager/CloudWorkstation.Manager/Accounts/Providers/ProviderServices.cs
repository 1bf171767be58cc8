using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager.Accounts.Providers;

public static class ProviderServices
{
    /// <summary>Signing in with OpenID Connect and OAuth 2 providers. Needs accounts, the store, settings and the audit log.</summary>
    public static IServiceCollection AddProviders(this IServiceCollection services)
    {
        services.TryAddSingleton<PublicLinks>();
        return services
            .AddSettingsSection<ProvidersSettings>("providers", ProvidersSettings.Check)
            .AddSingleton(OutsideSessions.Sessions)
            .AddSingleton(OutsideSessions.UsedTokens)
            .AddSingleton<OutsideSessions>()
            .AddSingleton<ProviderHttp>()
            .AddSingleton<ProviderCatalogue>()
            .AddSingleton<ProviderDirectory>()
            .AddSingleton<ProviderTokens>()
            .AddSingleton<CodeExchange>()
            .AddSingleton<PersonFinder>()
            .AddSingleton<Admission>()
            .AddSingleton<ProviderDepartures>()
            .AddSingleton<IdentityLinks>()
            .AddSingleton<IIdentityLinks>(provider => provider.GetRequiredService<IdentityLinks>())
            .AddSingleton<IProviderSignIn, ProviderSignIn>()
            .AddSingleton<IProviderSignOut, ProviderSignOut>()
            .AddSingleton<ITokenExchange, TokenExchanger>()
            .AddSingleton<IProviderSetUp, ProviderSetUp>();
    }
}
