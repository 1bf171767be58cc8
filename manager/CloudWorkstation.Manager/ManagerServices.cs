using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Metrics;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Storage.Sqlite;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Manager.Terraform;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Manager;

/// <summary>Composes the manager out of its features.</summary>
public static class ManagerServices
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Everything that a process of this product needs of the manager; the configuration is the process's whole one.</summary>
    public static IServiceCollection AddManager(this IServiceCollection services, IConfiguration configuration)
    {
        var paths = new DataPaths(Path.GetFullPath(configuration["Data"] ?? throw new InvalidOperationException("Set CWS_DATA to the data directory.")));
        Directory.CreateDirectory(paths.Root, OwnerOnly);
        services.AddSingleton(paths);
        return services
            .AddSqliteStore()
            .AddAccounts()
            .AddTemplates()
            .AddTerraform()
            .AddManagerCore(configuration, paths);
    }

    /// <summary>The features of this room alone, for a process or a test that brings store, accounts, templates and Terraform itself.</summary>
    public static IServiceCollection AddManagerCore(this IServiceCollection services, IConfiguration configuration, DataPaths paths)
    {
        // Bound from the root: the names of the settings are the names of the environment variables.
        var options = configuration.Get<ManagerOptions>() ?? new ManagerOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(paths);
        return services
            .AddSingleton(options)
            .AddSingleton<SortableIds>()
            .AddAccess()
            .AddAudit()
            .AddEvents()
            .AddDesktops()
            .AddOperations()
            .AddDesktopRoutes()
            .AddJobs(options.Jobs, paths)
            .AddProductMetrics();
    }
}
