using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Accounts.Administration;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Aws;
using CloudWorkstation.Manager.Configuration;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Bulks;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Jobs;
using CloudWorkstation.Manager.Mail;
using CloudWorkstation.Manager.Metrics;
using CloudWorkstation.Manager.Notifications;
using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Setup;
using CloudWorkstation.Manager.Statistics;
using CloudWorkstation.Manager.Storage.DynamoDb;
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

    /// <summary>Everything that the api needs; the configuration is the process's whole one.</summary>
    public static IServiceCollection AddManager(this IServiceCollection services, IConfiguration configuration) => services
        .AddData(configuration, out var paths)
        .AddAccounts()
        .AddDirectories()
        .AddTemplates()
        .AddTerraform()
        .AddManagerCore(configuration, paths)
        .AddManagerRequests()
        .AddMail()
        .AddMailDelivery()
        .AddRegistration()
        .AddRegistrationRounds()
        .AddRecordingRounds()
        .AddNotifications(configuration);

    /// <summary>What a process needs that runs jobs and answers nobody: no accounts, no keys, no routes.</summary>
    public static IServiceCollection AddManagerWorker(this IServiceCollection services, IConfiguration configuration) => services
        .AddData(configuration, out var paths)
        .AddTemplates()
        .AddTerraform()
        .AddManagerCore(configuration, paths)
        .AddSingleton<IRoutePreparation, NoRoutePreparation>();

    /// <summary>Desktops, operations and jobs alone; store, templates and Terraform come from elsewhere.</summary>
    internal static IServiceCollection AddManagerCore(this IServiceCollection services, IConfiguration configuration, DataPaths paths)
    {
        // Bound from the root: the names of the settings are the names of the environment variables.
        var options = configuration.Get<ManagerOptions>() ?? new ManagerOptions();
        options.State.Check(options.Environment);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(paths);
        services.TryAddSingleton(PlatformFacts.Read(configuration));
        return services
            .AddSingleton(options)
            .AddSingleton<SortableIds>()
            .AddAccess()
            .AddAudit()
            .AddNotices()
            .AddUsageFacts()
            .AddEvents()
            .AddDesktops()
            .AddAws()
            .AddOperations()
            .AddJobs(options.Jobs, paths)
            .AddMachineWatch(options.Jobs)
            .AddProductMetrics();
    }

    /// <summary>What people, route agents and desktop proxies ask of the core.</summary>
    internal static IServiceCollection AddManagerRequests(this IServiceCollection services) => services
        .AddDesktopRequests()
        .AddRecordings()
        .AddBulk()
        .AddStatistics()
        .AddAccountAdministration()
        .AddAccessRequests()
        .AddAuditExport()
        .AddDesktopRoutes()
        .AddConfigurationFiles()
        .AddSetup()
        .AddHostedService<TemplateNews>();

    private static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration, out DataPaths paths)
    {
        paths = new DataPaths(Path.GetFullPath(configuration["Data"] ?? throw new InvalidOperationException("Set CWS_DATA to the data directory.")));
        Directory.CreateDirectory(paths.Root, OwnerOnly);
        return services.AddSingleton(paths).AddStore(configuration);
    }

    private static IServiceCollection AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.Get<ManagerOptions>() ?? new ManagerOptions();
        return options.Store.Kind.ToLowerInvariant() switch
        {
            StoreOptions.Sqlite => services.AddSqliteStore(),
            StoreOptions.DynamoDb => services.AddDynamoStore(options.Store.Table ?? $"cws-{options.Environment}", options.Store.Create),
            var other => throw new InvalidOperationException($"CWS_STORE__KIND is '{other}'; set it to {StoreOptions.Sqlite} or {StoreOptions.DynamoDb}."),
        };
    }
}
