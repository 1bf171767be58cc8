using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Setup;

public static class SetupServices
{
    /// <summary>Setting the product up for the first time; needs accounts, settings and desktops.</summary>
    public static IServiceCollection AddSetup(this IServiceCollection services) => services
        .AddSingleton(SetupDocuments.Definition)
        .AddSingleton<SetupCode>()
        .AddSingleton<ISetup, FirstSetup>();
}
