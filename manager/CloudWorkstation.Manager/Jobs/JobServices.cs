using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Desktops.Idle;
using CloudWorkstation.Manager.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quartz;

namespace CloudWorkstation.Manager.Jobs;

public static class JobServices
{
    private const string SchedulerName = "cloudworkstation";

    /// <summary>
    /// Jobs: Quartz on SQLite in the data directory, or clustered on PostgreSQL; a sweeper; the watch over running desktops. A process
    /// that does not host jobs only stores operations and tells the workers, who find them in any case.
    /// </summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, JobsOptions options, DataPaths paths)
    {
        services.AddSingleton(Leadership.Definition).AddSingleton<Leadership>();
        if (!options.Host)
        {
            return options.Postgres is null
                ? services.AddSingleton<IJobQueue, SweptJobQueue>()
                : services
                    .AddSingleton(s => new WakeUpCalls(options, s.GetRequiredService<ILogger<WakeUpCalls>>()))
                    .AddSingleton<IJobQueue>(s => s.GetRequiredService<WakeUpCalls>())
                    .AddHostedService(s => s.GetRequiredService<WakeUpCalls>());
        }

        if (options.Postgres is not null)
        {
            services.AddSingleton<WakeUps>().AddHostedService(s => s.GetRequiredService<WakeUps>());
        }

        SystemSqlite.Initialize();
        services.AddQuartz(quartz => Configure(quartz, options, paths));
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        return services
            .AddSingleton<HandedOver>()
            .AddSingleton<IJobQueue, QuartzJobQueue>()
            .AddSingleton<Sweeper>()
            .AddHostedService(s => s.GetRequiredService<Sweeper>())
            .AddSingleton<DesktopWatch>()
            .AddHostedService(s => s.GetRequiredService<DesktopWatch>())
            .AddSingleton<IdleStop>()
            .AddHostedService(s => s.GetRequiredService<IdleStop>());
    }

    private static void Configure(IQuartzBuilder quartz, JobsOptions options, DataPaths paths)
    {
        quartz.ConfigureScheduler(scheduler =>
        {
            scheduler.InstanceName = SchedulerName;
            scheduler.GenerateInstanceId = options.Postgres is not null;
            scheduler.IdleWaitTime = TimeSpan.FromSeconds(options.Postgres is null ? 30 : 1);
        });

        // One thread more than slots, so that the limit of the group decides and not the pool.
        quartz.UseDefaultThreadPool(options.Slots + 1);
        quartz.UseExecutionLimits(limits => limits.ForGroup(OperationJob.Group, options.Slots));
        quartz.UsePersistentStore(store =>
        {
            store.ProvisionSchema();
            store.ConfigureStore(s => s.AcquireTriggersWithinLock = true);
            if (options.Postgres is { } postgres)
            {
                store.UsePostgres(NpgsqlFactory.Instance, postgres);
                store.UseClustering(cluster =>
                {
                    cluster.CheckinInterval = TimeSpan.FromSeconds(1);
                    cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(2);
                });
            }
            else
            {
                SqliteDatabase.CreateFile(paths.JobsDatabase);
                store.UseSqlite(SqliteFactory.Instance, $"Data Source={paths.JobsDatabase};Default Timeout=30");
            }
        });
    }
}
