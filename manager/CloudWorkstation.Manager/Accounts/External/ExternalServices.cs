using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Accounts.External;

public static class ExternalServices
{
    /// <summary>Accounts of people whom a provider or a directory vouches for.</summary>
    public static IServiceCollection AddExternalIdentities(this IServiceCollection services) => services
        .AddSingleton(IdentityDocuments.Definition)
        .AddSingleton(IdentityDocuments.Authorities)
        .AddSingleton<IdentityDocuments>()
        .AddSingleton<ExternalSignIn>();
}
