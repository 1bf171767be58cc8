using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Configuration;

public static class ConfigurationServices
{
    /// <summary>The configuration as one file; needs accounts, access rules, templates and the sections of the settings.</summary>
    public static IServiceCollection AddConfigurationFiles(this IServiceCollection services) => services
        .AddSingleton<ConfigurationReader>()
        .AddSingleton<ConfigurationExport>()
        .AddSingleton<AccountPlanner>()
        .AddSingleton<SettingsPlanner>()
        .AddSingleton<IConfigurationFiles, ConfigurationFiles>();
}
