using CloudWorkstation.Manager.Storage;
using CloudWorkstation.Manager.Templates.Versions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Templates;

public static class TemplateServices
{
    /// <summary>
    /// Adds <see cref="ITemplateCatalogue"/> and <see cref="IParameterValidator"/>. The templates directory is the setting <c>Templates</c>;
    /// without it, <c>terraform/templates</c> above the binary. Needs <see cref="DataPaths"/>; versions outlive the machine where there is a store.
    /// </summary>
    public static IServiceCollection AddTemplates(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IParameterValidator, ParameterValidator>();
        services.TryAddSingleton(provider => PlatformFacts.Read(provider.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton(provider => new TemplateCatalogue(
            Source(provider.GetRequiredService<IConfiguration>()),
            provider.GetRequiredService<DataPaths>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TemplateCatalogue>>(),
            provider.GetRequiredService<PlatformFacts>(),
            provider.GetService<IDocumentStore>() is { } store ? new VersionArchive(store, provider.GetRequiredService<TimeProvider>()) : null));
        services.TryAddSingleton<ITemplateCatalogue>(provider => provider.GetRequiredService<TemplateCatalogue>());
        services.AddSingleton(VersionArchive.VersionDefinition).AddSingleton(VersionArchive.PieceDefinition);
        services.AddHostedService<TemplateWatcher>();
        services.AddHostedService<TemplateVersionNews>();
        return services;
    }

    private static string Source(IConfiguration configuration)
    {
        if (configuration["Templates"] is { Length: > 0 } set)
            return set;
        var relative = Path.Combine("terraform", "templates");
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (Directory.Exists(Path.Combine(directory.FullName, relative)))
                return Path.Combine(directory.FullName, relative);
        }

        return Path.Combine(AppContext.BaseDirectory, relative);
    }
}
